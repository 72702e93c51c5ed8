"""Signing in and choosing a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from organisations.access import posts
from organisations.choices import Role


class SignIn(views.LoginView):
    """With a password; a person who was given one is led to choose another."""

    http_method_names = ["get", "head", "post"]
    extra_context = {"section": "account", "site": settings.SITE}
    """Django would put the host's name where the site's own stands."""

    def get_success_url(self) -> str:
        if getattr(self.request.user, "must_change_password", False):
            return reverse("password_change")
        return self.get_redirect_url() or _landing(self.request.user)


def _landing(user: Any) -> str:
    """Where the work of a person is: the desk, the overdue review, the back office, or else the inbox."""
    roles = {post.role for post in posts(user)}
    if roles & {Role.SECRETARY, Role.REVIEWER, Role.APPROVER}:
        return reverse("desk:home")
    if Role.INSPECTOR in roles:
        return reverse("oversight:review")
    if Role.ADMINISTRATOR in roles and user.is_staff:
        return reverse("admin:index")
    return reverse("inbox")


class ChangePassword(views.PasswordChangeView):
    """Somebody who chose a password need not be asked for another."""

    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        form.user.must_change_password = False
        return super().form_valid(form)


@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The back office has no sign-in of its own: one door, with one lock-out."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{reverse('login')}?{query}" if query else reverse("login"))
