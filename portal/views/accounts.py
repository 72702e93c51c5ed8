"""Signing in and choosing a password."""

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe


class SignIn(views.LoginView):
    """With a password; a person who was given one is led to choose another."""

    http_method_names = ["get", "head", "post"]
    extra_context = {"section": "account", "site": settings.SITE}
    """Django would put the host's name where the site's own stands."""

    def get_success_url(self) -> str:
        if getattr(self.request.user, "must_change_password", False):
            return reverse("password_change")
        return super().get_success_url()


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
