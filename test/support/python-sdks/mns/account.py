import base64

from .mns_client import MNSClient, elements


class Account:
    def __init__(self, host, access_id="", access_key=""):
        self.mns_client = MNSClient(host, access_id, access_key)

    def get_queue(self, name):
        return Queue(name, self.mns_client)


class Message:
    def __init__(self, found, encoding):
        body = found["MessageBody"]
        self.message_body = base64.b64decode(body) if encoding else body
        self.message_id = found["MessageId"]
        self.receipt_handle = found["ReceiptHandle"]
        for key in ("MessageBodyMD5", "EnqueueTime", "NextVisibleTime", "FirstDequeueTime", "DequeueCount", "Priority"):
            found[key]


class Queue:
    def __init__(self, name, client):
        self.path = "/queues/%s/messages" % name
        self.client = client
        self.encoding = True

    def set_encoding(self, encoding):
        self.encoding = encoding

    def receive_message(self, wait_seconds=-1):
        query = "" if wait_seconds == -1 else "?waitseconds=%s" % wait_seconds
        return Message(elements("Message", self.client.request("GET", self.path + query)), self.encoding)

    def delete_message(self, receipt_handle):
        self.client.request("DELETE", "%s?ReceiptHandle=%s" % (self.path, receipt_handle))
