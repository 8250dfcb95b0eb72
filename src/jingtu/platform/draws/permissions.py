"""Who draws, who may be drawn as an inspector, who sees what was drawn.

Which enterprise is to be looked at is nobody's business outside the bureau before the visit: units do not
read draws.
"""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = declare(
    "draws.read",
    "查看抽取结果",
    {Role.OFFICER: Scope.REGION, Role.HEAD: Scope.REGION, Role.SUPERIOR: Scope.REGION},
)
MAKE = declare("draws.make", "组织抽取", {Role.OFFICER: Scope.REGION, Role.HEAD: Scope.REGION})
RECORD = declare("draws.record", "登记抽查结果", {Role.OFFICER: Scope.REGION, Role.HEAD: Scope.REGION})
INSPECT = declare("draws.inspect", "参加抽查检查", {Role.OFFICER: Scope.REGION})
