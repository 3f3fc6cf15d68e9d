"""The demo accounts: one password for all, only in a demo database."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from infra.access import Role
from infra.models import Authority, Organization, User
from infra.services.ledger import refresh_search
from infra.services.people import membership_grant

PASSWORD = "sotram-demo"  # noqa: S105 -- printed at the start; create_demo refuses on any other database


@dataclass(frozen=True)
class Account:
    """A demo account: user name, name shown, organization code (None: the authority), roles."""

    username: str
    name: str
    organization: str | None
    roles: tuple[Role, ...]


ACCOUNTS = (
    Account("viettel", "Lê Minh", "VIETTEL", (Role.SUBMITTER,)),
    Account("vnpt", "Trần Quốc Bình", "VNPT", (Role.SUBMITTER,)),
    Account("mobifone", "Phạm Thu Trang", "MOBIFONE", (Role.SUBMITTER,)),
    Account("vnpost", "Đỗ Văn Hải", "VNPOST", (Role.SUBMITTER,)),
    Account("inspector", "Đặng Minh Tuấn", None, (Role.INSPECTOR,)),
    Account("inspector2", "Bùi Thị Lan", None, (Role.INSPECTOR,)),
    Account("officer", "Nguyễn Thu Hà", None, (Role.OFFICER,)),
    Account("officer2", "Hoàng Thị Mai", None, (Role.OFFICER,)),
    Account("manager", "Phạm Quang", None, (Role.MANAGER,)),
    Account("admin", "Vũ Hồng Anh", None, (Role.ADMINISTRATOR,)),
)


def create_accounts(*, actor: User, authority: Authority, by_code: dict[str, Organization]) -> dict[str, User]:
    """Create the demo accounts that are missing; return user name -> user."""
    password = make_password(PASSWORD)
    users = {}
    for account in ACCOUNTS:
        user, is_new = User.objects.get_or_create(
            username=account.username, defaults={"display_name": account.name, "password": password}
        )
        users[account.username] = user
        if not is_new:
            continue
        user.is_staff = account.username == "admin"
        user.authority = authority
        refresh_search(user)
        user.save(update_fields=["is_staff", "authority", "search_text"])
        organization = by_code[account.organization] if account.organization else authority.organization
        for role in account.roles:
            membership_grant(
                actor=actor,
                authority=authority,
                user=user,
                organization=organization,
                role=role,
                reason="Tài khoản minh họa",
            )
    return users
