"""Points Alibaba's Python SDKs at Millrace without a change to the programs that use them.

Put this file's folder on PYTHONPATH; Python imports it before the program. It reads MILLRACE_URL (http(s)://host[:port], without
a slash at the end) and REGION, and does nothing without the first.
"""

import os

ENDPOINT = os.environ.get("MILLRACE_URL", "")


def point_mns():
    """Whatever endpoint a program names, its client talks to this one."""
    from mns.mns_client import MNSClient

    original = MNSClient.__init__

    def init(self, host, *args, **kwargs):
        original(self, ENDPOINT, *args, **kwargs)

    MNSClient.__init__ = init


def point_fnf():
    from aliyunsdkcore.profile import region_provider

    region_provider.add_endpoint("fnf", os.environ.get("REGION", "cn-hangzhou"), ENDPOINT)


if ENDPOINT:
    for point in (point_mns, point_fnf):
        try:
            point()
        except ImportError:
            # A program that has only one of the two SDKs, or neither.
            pass
