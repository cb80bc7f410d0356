ENDPOINTS = {}


def add_endpoint(product, region, endpoint):
    ENDPOINTS[(product, region)] = endpoint
