"""The ledger is read by the audit administrator alone; business pages show moves, not ledger rows."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = declare("ledger.read", "查看台账", {Role.AUDIT_ADMIN: Scope.EVERYWHERE}).name
VERIFY = declare("ledger.verify", "核验台账", {Role.AUDIT_ADMIN: Scope.EVERYWHERE}).name
