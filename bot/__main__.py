"""The command line: arguments in, one call, text out."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

import click

from bot.commands import (
    MANY,
    Commands,
    json_option,
    local,
    opened,
    print_json,
    reachable,
    settings_file,
    settings_option,
)
from bot.commands.people import people
from bot.config import Config
from bot.errors import BotError
from bot.model.people import COMMAND_LINE

ROOT = Path(__file__).resolve().parent.parent


@click.group(
    cls=Commands, help="微科普：公众号的科普内容机器人。", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--config", "file", type=click.Path(path_type=Path), help="设置文件，默认 config.toml")
def main(file: Path | None) -> None:
    """Settings named before the command count for it too."""
    os.umask(0o077)  # the ledger, the pictures and the logs are for this user only
    if file is not None:
        os.environ["WEIKEPU_CONFIG"] = str(file.absolute())


@main.command(help="试用：本地微信、机器人、定时器一起启动，自带示例内容。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址；0.0.0.0 让别的电脑也能打开")
@click.option("--keep", is_flag=True, help="接着用上次的数据")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / ".demo", help="数据放在哪里，默认 .demo")
def demo(host: str, folder: Path, *, keep: bool) -> None:
    from bot import demo as demonstration

    sys.exit(demonstration.run(host=host, keep=keep, folder=folder.absolute(), say=click.echo))


@main.command(help="运行网页服务：微信消息、工作台、阅读页。")
@settings_option
def serve(config: Config) -> None:
    from bot.web import wsgi

    wsgi.serve(config, file=settings_file())


@main.command(help="运行盒子里的微信：一个本地的微信平台和手机，试用和测试用。")
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址")
@click.option("--port", default=8001, type=click.IntRange(1, 65535), show_default=True, help="监听的端口")
@click.option("--shown-host", help="浏览器里用的主机名，默认与监听地址相同")
@click.option("--callback", help="消息发到哪里，默认是设置里的 /wechat")
def sandbox(config: Config, host: str, port: int, shown_host: str | None, callback: str | None) -> None:
    from bot.sandbox.app import CannotListen, run_box
    from bot.sandbox.settings import BoxSettings

    is_plain = config.account.encryption == "plain"
    command = [sys.executable, "-m", "bot", "plan", "--json"]
    round_ = [sys.executable, str(ROOT / "scheduler.py"), "--once", "--now", "{now}"]
    os.environ["WEIKEPU_CONFIG"] = str(settings_file())
    settings = BoxSettings(
        account_name=config.account.name,
        app_id=config.account.app_id,
        app_secret=config.secrets.need("app_secret"),
        token=config.secrets.need("token"),
        aes_key="A" * 43 if is_plain else config.secrets.need("aes_key"),
        encryption=config.account.encryption,
        kind=config.account.kind,
        callback_url=callback or f"http://{reachable(config.web.host)}:{config.web.port}/wechat",
        database=config.path("data/sandbox.db"),
        clock_file=config.path(config.rehearsal.clock_file) if config.rehearsal.clock_file else None,
        plan_command=command,
        round_command=round_,
        base_url=f"http://{shown_host or reachable(host)}:{port}",
    )
    try:
        run_box(settings, host, port)
    except CannotListen as error:
        raise BotError(str(error)) from error


@main.command(help="建立台账，或把它升级到这个版本。")
@settings_option
def migrate(config: Config) -> None:
    from bot.ledger.database import HEAD, Ledger

    ledger = Ledger(config.storage.ledger, folder=config.folder)
    before = ledger.migrate()
    ledger.close()
    click.echo(f"台账已是最新（{HEAD}）。" if before == HEAD else f"台账已准备好（{before or '新建'} → {HEAD}）。")


@main.command(help="收稿：文件夹、.md 或 .jsonl。坏的逐个说明，其余照收。")
@settings_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--person", default=COMMAND_LINE, show_default=True, help="谁带来的稿件")
@json_option
def intake(config: Config, paths: tuple[Path, ...], person: str, *, as_json: bool) -> None:
    from bot.archive.bake import refresh
    from bot.editorial.intake import take_in

    with opened(config) as service:
        done = take_in(
            paths, config=config, ledger=service.ledger, media=service.media, person=person, now=service.now()
        )
        refresh(service.archive, service.ledger)
    if as_json:
        print_json(dataclasses.asdict(done))
    else:
        for place, said in (*done.bad, *done.warnings):
            click.echo(f"{place}：{said}", err=True)
        click.echo(
            f"新收 {len(done.new)} 篇，更新 {len(done.changed)} 篇，没有变化 {len(done.unchanged)} 篇，没收 {len(done.bad)} 个。"
        )
    sys.exit(1 if done.bad else 0)


@main.command(help='像关注者一样提问。--jsonl 从标准输入逐行读 {"id","q"}。')
@settings_option
@click.argument("question", required=False)
@click.option("--jsonl", is_flag=True, help="标准输入每行一个问题，标准输出每行一个回答")
@click.option("--explain", is_flag=True, help="再说明是怎样找到的，为什么答或不答")
@json_option
def ask(config: Config, question: str | None, *, jsonl: bool, explain: bool, as_json: bool) -> None:
    from bot.archive.bake import refresh
    from bot.commands.explain import lines

    if jsonl == (question is not None):
        raise click.UsageError("写一个问题，或者用 --jsonl 从标准输入读。")
    with opened(config) as service:
        refresh(service.archive, service.ledger)
        if question is not None:
            answered = service.conversation.ask(question)
            if as_json:
                print_json(dataclasses.asdict(answered))
            else:
                click.echo(answered.text)
            if explain:
                click.echo("\n".join(("", *lines(service.conversation, question, config.answers))), err=as_json)
            if service.conversation.no_match in answered.text:
                click.echo("这是试问，没有记下来；关注者问才会记进 gaps。", err=True)
            return
        bad = 0
        for number, line in enumerate(sys.stdin.buffer, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                asked = str(row["q"])
                key = row["id"]
            except (ValueError, KeyError, TypeError):
                click.echo(f'第 {number} 行：要写成 {{"id": …, "q": "问题"}}', err=True)
                bad += 1
                continue
            answered = service.conversation.ask(asked)
            print_json(
                {"id": key, "hits": answered.hits, "answered": answered.answered, "text": answered.text}, indent=None
            )
    sys.exit(1 if bad else 0)


@main.command(help="没有好答案的问题，问得多的在前。")
@settings_option
@click.option("--limit", default=100, type=MANY, show_default=True, help="最多列出多少个")
@json_option
def gaps(config: Config, limit: int, *, as_json: bool) -> None:
    from bot.conversation.gaps import gaps as unanswered

    with opened(config) as service:
        found = unanswered(service.ledger, limit=limit)
    if as_json:
        print_json([dataclasses.asdict(gap) for gap in found])
        return
    for gap in found:
        click.echo(f"{gap.asked:>5} 次  {local(gap.last_at):%m-%d %H:%M}  {gap.text}")
    if not found:
        click.echo("没有未答的问题。")


@main.command(help="未来四周会推送什么。")
@settings_option
@click.option("--days", default=28, type=click.IntRange(1, 366), show_default=True, help="看多少天")
@json_option
def plan(config: Config, days: int, *, as_json: bool) -> None:
    from bot.ledger import slots
    from bot.publishing.plan import plan as planned

    with opened(config) as service, service.ledger.read() as tx:
        missed = slots.missed(tx)
        pushes = planned(tx, config, service.now(), days=days)
    if as_json:
        rows = [
            {
                "due": push.due,
                "route": push.route,
                "note": push.note,
                "articles": [
                    {"id": item.article_id, "title": item.title, "column": item.column}
                    for item in push.items
                    if item.article_id
                ],
                "missing": [config.column_name(item.column) for item in push.items if not item.article_id],
            }
            for push in pushes
        ]
        waiting = [{"column": each.slot.column, "due": each.slot.due, "reason": each.reason} for each in missed]
        print_json({"pushes": rows, "missed": waiting})
        return
    for each in missed:
        click.echo(f"{local(each.slot.due):%m-%d %H:%M}  {config.column_name(each.slot.column)}  错过了")
        click.echo(f"             {each.reason}。请到 {config.web.public_url}/desk 决定现在发出、顺延还是作罢。")
    for push in pushes:
        for item in push.items:
            placed = "（指定）" if item.placed else ""
            title = item.title or "缺稿"
            click.echo(f"{local(push.due):%m-%d %H:%M}  {config.column_name(item.column)}  {title}{placed}")
        if push.note:
            click.echo(f"             {push.note}")
    if not pushes:
        click.echo("未来没有安排。请在 config.toml 给栏目写上 schedule。")


@main.command(help="推送的记录和状态，新的在前。")
@settings_option
@click.option("--limit", default=50, type=MANY, show_default=True, help="最多列出多少次")
@json_option
def pushes(config: Config, limit: int, *, as_json: bool) -> None:
    from bot.ledger import pushes as ledger_pushes
    from bot.ledger import slots

    with opened(config) as service, service.ledger.read() as tx:
        missed = len(slots.missed(tx))
        found = ledger_pushes.listing(tx, limit=limit)
    if as_json:
        print_json([dataclasses.asdict(push) for push in found])
        return
    for push in found:
        titles = "；".join(item.title for item in push.items)
        click.echo(f"{local(push.due):%m-%d %H:%M}  {push.stands}  {titles}")
        if push.said:
            click.echo(f"             {push.said}")
    if not found:
        click.echo("还没有推送过。")
    if missed:
        click.echo(f"错过了 {missed} 期，等人决定：{config.web.public_url}/desk。是哪几期，看 python -m bot plan。")


main.add_command(people)


if __name__ == "__main__":
    main(prog_name="python -m bot")
