class ServerException(Exception):
    def __init__(self, code, message, http_status):
        super().__init__(code, message, http_status)
        self.error_code = code
        self.message = message
        self.http_status = http_status
