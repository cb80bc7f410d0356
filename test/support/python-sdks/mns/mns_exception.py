class MNSExceptionBase(Exception):
    def __init__(self, type, message):
        super().__init__(type, message)
        self.type = type
        self.message = message


class MNSServerException(MNSExceptionBase):
    pass
