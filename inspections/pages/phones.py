"""The phones of inspectors: who has which, a lost one withdrawn, the sealed file of one that can no longer send."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission
from infra.pages.administration.acting import actor_of
from infra.pages.guard import needs
from inspections.fieldwork.sealed import BadSeal
from inspections.forms.sealed import SEALED_MAX_BYTES, RevokedDevice, UnknownDevice, Voucher, sealed_take
from inspections.models import FieldDevice
from inspections.services.devices import device_revoke

MOST_PHONES: Final = 500


class SealedFileForm(forms.Form):
    """A file that the app saved as a sealed package."""

    file = forms.FileField(widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".sotram"}))

    reason = forms.CharField(
        required=False, max_length=400, widget=forms.TextInput(attrs={"class": "form-control", "required": True})
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > SEALED_MAX_BYTES:
            words = _("A sealed file may have at most %(mb)s MB.") % {"mb": SEALED_MAX_BYTES // 2**20}
            raise ValidationError(words)
        return file


class WhyForm(forms.Form):
    """Why a phone is withdrawn."""

    reason = forms.CharField(
        max_length=400, error_messages={"required": gettext_lazy("Say why the phone is withdrawn.")}
    )


@require_safe
@needs(Permission.INSPECT, Permission.SUPERVISE)
def phone_list(request: HttpRequest) -> HttpResponseBase:
    """List the phones: supervisors see all of their people's, inspectors their own."""
    return _page(request, SealedFileForm())


def _page(request: HttpRequest, form: SealedFileForm, status: int = 200, **more: Any) -> HttpResponseBase:
    actor = actor_of(request)
    phones = list(FieldDevice.objects.visible_to(actor).select_related("person", "revoked_by")[:MOST_PHONES])
    mine = {phone.pk for phone in phones if phone.person_id == actor.pk}
    may = mine | set(FieldDevice.objects.editable_by(actor).values_list("pk", flat=True)[:MOST_PHONES])
    lines = [(phone, phone.pk in may and phone.revoked_at is None) for phone in phones]
    return render(request, "inspections/phones.html", {"lines": lines, "form": form} | more, status=status)


@require_POST
@needs(Permission.INSPECT, Permission.SUPERVISE)
def phone_withdrawn(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Withdraw a lost phone: its keys stop to work at once, and it wipes itself when it next asks."""
    actor = actor_of(request)
    phone = FieldDevice.objects.visible_to(actor).filter(pk=uuid).first()
    if phone is None:
        raise Http404
    if phone.person_id != actor.pk and not FieldDevice.objects.editable_by(actor).filter(pk=uuid).exists():
        raise Http404
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("inspections:phones")
    device_revoke(actor=actor, device=phone, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(phone)s is withdrawn. It wipes itself when it next has a line.") % {"phone": phone})
    return redirect("inspections:phones")


@require_POST
@needs(Permission.INSPECT, Permission.SUPERVISE)
def sealed_taken(request: HttpRequest) -> HttpResponseBase:
    """Take a sealed file in and say what became of each form and photo in it."""
    form = SealedFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            voucher = Voucher(actor_of(request), form.cleaned_data["reason"].strip())
            taken = sealed_take(form.cleaned_data["file"].file, voucher=voucher)
            return _page(request, SealedFileForm(), entries=taken)
        except BadSeal as error:
            form.add_error("file", str(error))
        except UnknownDevice:
            form.add_error("file", _("The phone that made this file is not registered here."))
        except RevokedDevice as error:
            return _revoked(request, form, error.device)
    return _page(request, form, status=422)


def _revoked(request: HttpRequest, form: SealedFileForm, phone: FieldDevice) -> HttpResponseBase:
    """Refuse the file of a withdrawn phone; a supervisor, but not its own person, may vouch for it with a reason."""
    actor = actor_of(request)
    form.add_error("file", _("The phone that made this file was withdrawn: nothing of it was taken in."))
    if not phone.person.is_active or phone.revoked_at is None:
        form.add_error("file", _("Its person has no account here any more."))
        return _page(request, form, status=422)
    may = phone.person_id != actor.pk and FieldDevice.objects.editable_by(actor).filter(pk=phone.pk).exists()
    if not may:
        form.add_error("file", _("Bring the file to your supervisor, who can vouch for it."))
    return _page(request, form, status=422, vouching=may, withdrawn=phone)
