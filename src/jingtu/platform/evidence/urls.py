"""Pages of evidence."""

from django.urls import path

from jingtu.platform.evidence import views

urlpatterns = [
    path("evidence/<uuid:uid>/", views.evidence, name="evidence"),
    path("evidence/<uuid:uid>/withdraw/", views.evidence_withdraw, name="evidence_withdraw"),
]
