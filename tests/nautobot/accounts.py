"""Add the account that may view all but addresses to a throw-away Nautobot: its token is 6, forty times. Idempotent.

Run it with the Python of that Nautobot, after its other accounts: python tests/nautobot/accounts.py
"""

import os

import nautobot

nautobot.setup(config_path=os.environ["NAUTOBOT_CONFIG"])

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from nautobot.users.models import ObjectPermission, Token

APPS = ["dcim", "ipam", "circuits", "tenancy", "extras", "virtualization"]

user, _ = get_user_model().objects.get_or_create(username="no-addresses")
Token.objects.update_or_create(key="6" * 40, defaults={"user": user, "write_enabled": False})
view, _ = ObjectPermission.objects.get_or_create(
    name="no-addresses: all but IP addresses", defaults={"actions": ["view"]}
)
view.users.set([user])
view.object_types.set(ContentType.objects.filter(app_label__in=APPS).exclude(app_label="ipam", model="ipaddress"))
print("users: no-addresses")
