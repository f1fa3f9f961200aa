"""`people`: who may come to the desk."""

from __future__ import annotations

import dataclasses

import click

from bot.commands import json_option, opened, print_json, settings_option
from bot.config import Config
from bot.model.people import COMMAND_LINE, Role


@click.group(help="工作台的人员。")
def people() -> None:
    pass


@people.command("add", help="添加一个人，打印一次性密码。")
@settings_option
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="editor 编辑 · reviewer 审核 · leader 负责人 · duty 值班",
)
def people_add(config: Config, name: str, role: str) -> None:
    from bot.ledger import people as ledger_people
    from bot.ledger import trail
    from bot.web.passwords import hash_password, new_password

    password = new_password()
    with opened(config) as service, service.ledger.write() as tx:
        name = ledger_people.add(tx, name, Role(role), hash_password(password), service.now()).name
        trail.add(
            tx,
            person=COMMAND_LINE,
            action="people.add",
            subject=f"person:{name}",
            detail={"role": role},
            now=service.now(),
        )
    click.echo(f"{name} 的一次性密码：{password}\n第一次登录后要换成自己的密码。登录地址：{config.web.public_url}/desk")


@people.command("list", help="列出所有人。")
@settings_option
@json_option
def people_list(config: Config, *, as_json: bool) -> None:
    from bot.ledger import people as ledger_people

    with opened(config) as service, service.ledger.read() as tx:
        found = ledger_people.all_(tx)
    if as_json:
        print_json([dataclasses.asdict(person) for person in found])
        return
    for person in found:
        click.echo(f"{person.name}  {person.role.said}{'  已停用' if person.disabled_at else ''}")
    if not found:
        click.echo("还没有人。请运行 python -m bot people add 名字 --role editor")


@people.command("disable", help="停用一个人；他马上被登出。")
@settings_option
@click.argument("name")
def people_disable(config: Config, name: str) -> None:
    from bot.ledger import people as ledger_people
    from bot.ledger import trail

    with opened(config) as service, service.ledger.write() as tx:
        ledger_people.disable(tx, name, service.now())
        trail.add(
            tx, person=COMMAND_LINE, action="people.disable", subject=f"person:{name}", detail={}, now=service.now()
        )
    click.echo(f"{name} 已停用。要让他回来：python -m bot people enable {name}")


@people.command("enable", help="让停用的人回来，给他新的一次性密码。")
@settings_option
@click.argument("name")
def people_enable(config: Config, name: str) -> None:
    password = _new_password(config, name, "people.enable", comes_back=True)
    click.echo(f"{name} 又可以登录了，新的一次性密码：{password}")


@people.command("reset", help="给一个人新的一次性密码。")
@settings_option
@click.argument("name")
def people_reset(config: Config, name: str) -> None:
    password = _new_password(config, name, "people.reset")
    click.echo(f"{name} 新的一次性密码：{password}")


def _new_password(config: Config, name: str, action: str, *, comes_back: bool = False) -> str:
    """The one-time password by which this person comes in from now on; it ends what was open under the old one."""
    from bot.ledger import people as ledger_people
    from bot.ledger import trail
    from bot.web.passwords import hash_password, new_password

    password = new_password()
    with opened(config) as service, service.ledger.write() as tx:
        if comes_back:
            ledger_people.enable(tx, name)
        ledger_people.set_password(tx, name, hash_password(password), must_change=True)
        trail.add(tx, person=COMMAND_LINE, action=action, subject=f"person:{name}", detail={}, now=service.now())
    return password
