import base64
import hashlib
import hmac
import http.client
import time
import xml.dom.minidom

from .mns_exception import MNSExceptionBase, MNSServerException


class MNSClient:
    def __init__(self, host, access_id="", access_key=""):
        if not host.startswith("http://"):
            raise MNSExceptionBase("InvalidHost", "this stand-in speaks http only")
        self.host = host[len("http://") :].rstrip("/")
        self.access_id = access_id
        self.access_key = access_key
        self.connection = None

    def request(self, method, uri, body=b""):
        headers = {"Connection": "Keep-Alive", "x-mns-version": "2015-06-06", "host": self.host}
        if body:
            digest = hashlib.md5(body).hexdigest().encode()
            headers["content-md5"] = base64.b64encode(digest).decode()
            headers["content-type"] = "text/xml;charset=UTF-8"
        headers["date"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
        own = "".join("%s:%s\n" % (key, headers[key]) for key in sorted(headers) if key.startswith("x-mns-"))
        lines = [method, headers.get("content-md5", ""), headers.get("content-type", ""), headers["date"]]
        text = "\n".join(lines) + "\n" + own + uri
        signature = base64.b64encode(hmac.new(self.access_key.encode(), text.encode(), hashlib.sha1).digest())
        headers["Authorization"] = "MNS %s:%s" % (self.access_id, signature.decode())
        headers["Content-Length"] = str(len(body))
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.connection.request(method, uri, body or None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status >= 400:
            error = elements("Error", text)
            raise MNSServerException(error["Code"], error["Message"])
        return text


def elements(name, text):
    """The texts inside the first element of a name; only the first text node of each counts."""
    found = xml.dom.minidom.parseString(text).getElementsByTagName(name)[0]
    nodes = [node for node in found.childNodes if node.nodeName != "#text"]
    return {node.nodeName: node.firstChild.data if node.firstChild else "" for node in nodes}
