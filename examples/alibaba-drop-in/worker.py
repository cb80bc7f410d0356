"""A worker on Alibaba's own Python SDKs, with the calls of their tutorial. What Millrace needs are the marked lines.

    pip install aliyun-python-sdk-core aliyun-python-sdk-fnf aliyun-mns-sdk
    REGION=cn-shanghai ACCOUNT_ID=1 AK_ID=... AK_SECRET=... MILLRACE_URL=http://127.0.0.1:8787 python3 worker.py
"""

import json
import os

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkfnf.request.v20190315 import ReportTaskSucceededRequest
from mns.account import Account
from mns.mns_exception import MNSExceptionBase

QUEUE = "workers"
WAIT_SECONDS = 30


def work():
    print("Hello Serverless Workflow", flush=True)


def main():
    region = os.environ["REGION"]
    key_id, key_secret = os.environ["AK_ID"], os.environ["AK_SECRET"]

    fnf = AcsClient(key_id, key_secret, region, debug=False)
    mns_endpoint = "https://{}.mns.{}.aliyuncs.com".format(os.environ["ACCOUNT_ID"], region)
    mns_endpoint = os.environ["MILLRACE_URL"]  # added
    fnf.add_endpoint(region, "fnf", os.environ["MILLRACE_URL"])  # added
    queue = Account(mns_endpoint, key_id, key_secret).get_queue(QUEUE)
    queue.set_encoding(False)

    while True:
        try:
            message = queue.receive_message(WAIT_SECONDS)
            task = json.loads(message.message_body)
            work()
            report = ReportTaskSucceededRequest.ReportTaskSucceededRequest()
            report.set_Output(json.dumps({task["worker_name"]: "success"}))
            report.set_TaskToken(task["task_token"])
            print("reported:", fnf.do_action_with_exception(report), flush=True)
            queue.delete_message(message.receipt_handle)
        except MNSExceptionBase as error:
            # Most often there was no message for as long as we waited.
            print(error, flush=True)
        except ServerException as error:
            print(error, flush=True)
            if error.error_code == "TaskAlreadyCompleted":
                queue.delete_message(message.receipt_handle)


if __name__ == "__main__":
    main()
