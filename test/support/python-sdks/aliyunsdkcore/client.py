import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from .acs_exception.exceptions import ServerException
from .profile import region_provider


def encode(text):
    return urllib.parse.quote(str(text), safe="~")


class AcsClient:
    def __init__(self, key_id, key_secret, region, debug=False):
        self.key_id = key_id
        self.key_secret = key_secret
        self.region = region

    def add_endpoint(self, region, product, endpoint):
        region_provider.add_endpoint(product, region, endpoint)

    def do_action_with_exception(self, request):
        query = {
            "Version": "2019-03-15",
            "Action": request.action,
            "Format": "JSON",
            "RegionId": self.region,
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "SignatureMethod": "HMAC-SHA1",
            "SignatureType": "",
            "SignatureVersion": "1.0",
            "SignatureNonce": uuid.uuid4().hex,
            "AccessKeyId": self.key_id,
            **request.query,
        }
        both = {**query, **request.form}
        pairs = "&".join("%s=%s" % (encode(key), encode(both[key])) for key in sorted(both))
        text = "POST&%2F&" + encode(pairs)
        key = (self.key_secret + "&").encode()
        query["Signature"] = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha1).digest()).decode()
        body = urllib.parse.urlencode(request.form).encode()
        headers = {
            "x-acs-action": request.action,
            "x-acs-version": "2019-03-15",
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-MD5": base64.b64encode(hashlib.md5(body).digest()).decode(),
        }
        url = region_provider.ENDPOINTS[("fnf", self.region)] + "/?" + urllib.parse.urlencode(query)
        try:
            sent = urllib.request.Request(url, data=body, headers=headers, method="POST")
            with urllib.request.urlopen(sent, timeout=10) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            told = json.loads(error.read())
            raise ServerException(told["Code"], told["Message"], error.code) from None
