"""Say so, before anything starts, when the demo's port is taken."""

import socket
import sys


def main(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(
                f"Port {port} of this machine cannot be used ({error.strerror}).\n"
                f"Stop the program that holds it, or choose another one: make demo PORT={port + 1}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]))
