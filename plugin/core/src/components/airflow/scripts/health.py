import json, sys, urllib.request

url, component, unknown = sys.argv[1:]
try:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    status = json.load(opener.open(url, timeout=4))[component]["status"]
except Exception as error:
    print(error)
    sys.exit(int(unknown))
print(status)
sys.exit(status != "healthy")
