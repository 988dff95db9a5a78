"""Calls the three RPCs with grpcio and stubs that protoc made, and compares every answer with the sandbox's truth.

identity_client.py --stubs FOLDER --grpc 127.0.0.1:50051 --sandbox http://127.0.0.1:8090
"""

import argparse
import json
import sys
import urllib.request

import grpc

parser = argparse.ArgumentParser()
parser.add_argument("--stubs", required=True)
parser.add_argument("--grpc", required=True)
parser.add_argument("--sandbox", required=True)
args = parser.parse_args()
sys.path.insert(0, args.stubs)

import rpc_status_pb2  # noqa: E402  (the stubs are made when the test runs)
from health.v1 import health_pb2, health_pb2_grpc  # noqa: E402
from identity.v1 import identity_pb2, identity_service_pb2_grpc, members_pb2, resolve_pb2  # noqa: E402


def get(path):
    with urllib.request.urlopen(f"{args.sandbox.rstrip('/')}/sandbox/v1/{path}", timeout=30) as response:
        return json.load(response)


def check(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r}, and not {expected!r}")


def ids_of(identity):
    return identity.open_id, identity.union_id, identity.user_id


def expected_ids(user):
    return user["open_ids"]["default"], user["union_ids"][app["provider"]], user["user_id"]


def resolve_contacts():
    asked = []
    for user in staff:
        if "email" in user:
            asked.append((user, resolve_pb2.Contact(email=f" {user['email']} ")))
        if "mobile" in user:
            asked.append((user, resolve_pb2.Contact(mobile=user["mobile"])))
    contacts = [contact for _, contact in asked] + [resolve_pb2.Contact(email="nobody@sandbox.example")]
    answer = client.ResolveByContact(resolve_pb2.ResolveByContactRequest(app="default", contacts=contacts))
    check(len(answer.resolutions), len(contacts), "number of resolutions")
    for (user, _), resolution in zip(asked, answer.resolutions):
        check(ids_of(resolution.identity), expected_ids(user), "identity")
    check(answer.resolutions[-1].WhichOneof("outcome"), "unresolved", "outcome of an unknown contact")
    check(answer.resolutions[-1].unresolved.reason, identity_pb2.UNRESOLVED_REASON_NOT_FOUND_OR_NOT_VISIBLE, "reason")
    return len(asked)


def convert_ids():
    ids = [id for user in staff for id in expected_ids(user)]
    request = resolve_pb2.ConvertIdRequest(app="default", ids=[staff[0]["open_ids"]["stranger"], *ids])
    conversions = client.ConvertId(request).conversions
    check(len(conversions), len(ids) + 1, "number of conversions")
    check(conversions[0].unresolved.reason, identity_pb2.UNRESOLVED_REASON_CROSS_APP_ID, "reason")
    for i, conversion in enumerate(conversions[1:]):
        check(ids_of(conversion.identity), expected_ids(staff[i // 3]), "identity")
    return len(ids)


def stream_members():
    request = members_pb2.StreamDepartmentMembersRequest(app="default", department_id="0", recursive=True, distinct=True, batch_size=30)
    messages = list(client.StreamDepartmentMembers(request))
    members = {m.identity.open_id: m for message in messages for m in message.members}
    check(sum(len(message.members) for message in messages), len(staff), "members sent")
    for user in staff:
        member = members[user["open_ids"]["default"]]
        check(ids_of(member.identity), expected_ids(user), "identity")
        check(sorted(member.department_ids), sorted(user["department_ids"]), "departments")
    check([message.HasField("summary") for message in messages], [False] * (len(messages) - 1) + [True], "summaries")
    summary = messages[-1].summary
    check((summary.complete, summary.departments, summary.members), (True, len(departments) + 1, len(staff)), "summary")
    return len(members)


def decode_error_details():
    try:
        client.ResolveByContact(resolve_pb2.ResolveByContactRequest(app="default", id_types=[99]))
    except grpc.RpcError as error:
        check(error.code(), grpc.StatusCode.INVALID_ARGUMENT, "status")
        trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
    else:
        raise AssertionError("must fail")
    status = rpc_status_pb2.Status.FromString(trailer)
    info, bad = rpc_status_pb2.ErrorInfo(), rpc_status_pb2.BadRequest()
    for detail in status.details:
        for message in (info, bad):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    check((info.reason, info.domain), ("INVALID_ARGUMENT", "identity.v1"), "ErrorInfo")
    return sorted(violation.field for violation in bad.field_violations)


def check_health():
    health = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", "identity.v1.IdentityService"):
        check(health.Check(health_pb2.HealthCheckRequest(service=service)).status, serving, f"Check of '{service}'")
        watch = health.Watch(health_pb2.HealthCheckRequest(service=service))
        check(next(watch).status, serving, f"Watch of '{service}'")
        watch.cancel()
    watch = health.Watch(health_pb2.HealthCheckRequest(service="nothing"))
    check(next(watch).status, health_pb2.HealthCheckResponse.SERVICE_UNKNOWN, "Watch of an unknown service")
    watch.cancel()
    try:
        health.Check(health_pb2.HealthCheckRequest(service="nothing"))
    except grpc.RpcError as error:
        check(error.code(), grpc.StatusCode.NOT_FOUND, "Check of an unknown service")
        return "SERVING"
    raise AssertionError("must fail")


app = next(candidate for candidate in get("apps")["apps"] if candidate["name"] == "default")
tenant = app["tenant_keys"][0]
staff = [user for user in get(f"users?limit=10000&tenant_key={tenant}")["users"] if user["status"] != "resigned"]
departments = get(f"departments?tenant_key={tenant}")["departments"]
with grpc.insecure_channel(args.grpc) as channel:
    client = identity_service_pb2_grpc.IdentityServiceStub(channel)
    print(json.dumps({
        "contacts": resolve_contacts(),
        "ids": convert_ids(),
        "members": stream_members(),
        "violations": decode_error_details(),
        "health": check_health(),
    }))
