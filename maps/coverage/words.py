"""The words for what a coverage map is made of: models, assumed values, reasons for leaving a cell out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maps.coverage.losses import AUTO

MODEL_NAMES: dict[str, str | Promise] = {
    AUTO: _("by surroundings"),
    "hata": "Okumura-Hata",
    "cost231": "COST-231-Hata",
    "rma_los": "TR 38.901 RMa LOS",
    "rma_nlos": "TR 38.901 RMa NLOS",
    "uma_los": "TR 38.901 UMa LOS",
    "uma_nlos": "TR 38.901 UMa NLOS",
    "umi_los": "TR 38.901 UMi LOS",
    "umi_nlos": "TR 38.901 UMi NLOS",
    "free_space": _("Free space"),
}
ASSUMED_NAMES: dict[str, str | Promise] = {
    "cell": _("the whole cell: the station lists none"),
    "power": _("power"),
    "height": _("height of the antenna"),
    "azimuth": _("azimuth"),
    "tilt": _("tilt"),
    "bandwidth": _("bandwidth"),
    "beam": _("width of the beam"),
    "gain": _("gain"),
}
REASON_NAMES: dict[str, str | Promise] = {
    "position_missing": _("no position"),
    "frequency_missing": _("no band and no frequency"),
    "not_a_number": _("not a number"),
    "position_range": _("impossible position"),
    "frequency_range": _("frequency outside 100 MHz to 100 GHz"),
    "bandwidth_range": _("impossible bandwidth"),
    "azimuth_range": _("azimuth outside 0–360°"),
    "tilt_range": _("tilt outside ±90°"),
    "height_range": _("antenna height 0, negative or above 1,000 m"),
    "gain_range": _("impossible gain"),
    "power_range": _("impossible power"),
    "beam_range": _("impossible beam width"),
    "model_range": _("no model holds for this frequency and height"),
}
#: classes of level, strongest first; the last one is what just counts as covered
LEVEL_NAMES: tuple[str | Promise, ...] = (_("Very strong"), _("Strong"), _("Fair"), _("Sufficient"))
