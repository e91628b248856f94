"""Members of the team, signed in."""

from django.contrib.auth.models import Group, User

from cnc_survey.roles import ensure_roles


def sign_in(client, role):
    """Sign in a member of the team who has this role, and return the user."""
    ensure_roles()
    user = User.objects.create_user(role.name.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    client.force_login(user)
    return user
