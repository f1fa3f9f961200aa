"""Where the box listens, and what is said when it cannot."""

import socket

import pytest

from bot.sandbox.app import CannotListen, listening


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=f"端口 {port} 已被别的程序占用.*--port {port + 1}"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize("port", [99999, -1])
def test_a_port_that_cannot_be_is_not_replaced_by_another(port: int) -> None:
    with pytest.raises(CannotListen, match=f"1 到 65535 之间，现在是 {port}"):
        listening("127.0.0.1", port)


def test_a_foreign_address_is_named() -> None:
    with pytest.raises(CannotListen, match=r"没有 192\.0\.2\.1 这个地址"):
        listening("192.0.2.1", 0)
