"""Serves an emulated AWS account on the loopback interface, for scripts/emulator-check.mjs.

moto knows one reason for a stop only, a call of StopInstances. Each line on standard input does to
an instance what the API cannot do there:

    stop <instance id> <state reason code> <state reason message>   AWS stops it
    age <instance id>                                               it runs since two weeks ago

It answers every line with one on standard output, and ends with its standard input.
"""

import sys
from datetime import timedelta

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance, StateReason
from moto.server import ThreadedMotoServer

ACCOUNT = "123456789012"
REGION = "us-east-1"

moto_start = Instance.start


def start_with_a_new_launch_time(instance: Instance):
    """EC2's LaunchTime is that of the latest start; moto's stays that of the first."""
    if instance._state.name == "stopped":
        instance.launch_time = utcnow()
    return moto_start(instance)


def stop_as_aws(instance: Instance, reason: str) -> None:
    code, message = reason.split(" ", 1)
    instance.stop()
    instance.state_reason = StateReason(message, code)
    # EC2 dates the stops that somebody called for, and no others.
    instance._reason = "User initiated"


def act(line: str) -> None:
    verb, instance_id, *rest = line.strip().split(" ", 2)
    instance = ec2_backends[ACCOUNT][REGION].get_instance(instance_id)
    if verb == "stop":
        stop_as_aws(instance, rest[0])
    elif verb == "age":
        instance.launch_time = utcnow() - timedelta(days=14)
    else:
        raise ValueError(f"no such act: {verb}")


def main() -> None:
    Instance.start = start_with_a_new_launch_time
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]), verbose=False)
    server.start()
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            act(line)
            print("done", flush=True)
        except Exception as error:  # the caller ends the run with this text
            print(f"error: {error!r}", flush=True)
    server.stop()


main()
