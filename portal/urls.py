"""Every door of the portal. Who may pass each is declared in portal/doors.py."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from .views import absence, accounts, display, errors, health, home, inbox

handler500 = errors.server_error

urlpatterns = [
    path("", home.home, name="home"),
    path("boards/", include("disclosures.urls.boards")),
    path("postings/", include("disclosures.urls.postings")),
    path("catalogues/", include("disclosures.urls.catalogues")),
    path("desk/", include("disclosures.urls.desk")),
    path("powers/", include("disclosures.urls.powers")),
    path("oversight/", include("oversight.urls")),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox-read-all"),
    path("inbox/settings/", inbox.wishes, name="inbox-wishes"),
    path("inbox/<int:pk>/read/", inbox.read, name="inbox-read"),
    path("display/", display.display, name="display"),
    path("accounts/login/", accounts.SignIn.as_view(), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(http_method_names=["post"]), name="logout"),
    path("accounts/password_change/", accounts.ChangePassword.as_view(), name="password_change"),
    path(
        "accounts/password_change/done/",
        auth.PasswordChangeDoneView.as_view(http_method_names=["get", "head"]),
        name="password_change_done",
    ),
    path("accounts/absence/", absence.absence, name="absence"),
    path("accounts/absence/<int:pk>/end/", absence.end, name="absence-end"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/login/", accounts.admin_sign_in, name="admin-login"),
    path("admin/", admin.site.urls),
]
