"""Places are public knowledge: whoever is let in may look them up."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = declare("regions.read", "查看行政区划", {Role.PUBLIC: Scope.EVERYWHERE})
