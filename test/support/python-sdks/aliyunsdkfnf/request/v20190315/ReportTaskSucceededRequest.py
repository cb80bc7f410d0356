class ReportTaskSucceededRequest:
    action = "ReportTaskSucceeded"

    def __init__(self):
        self.query = {}
        self.form = {}

    def set_Output(self, output):
        self.form["Output"] = output

    def set_TaskToken(self, token):
        self.query["TaskToken"] = token
