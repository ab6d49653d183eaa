"""Who was entrusted with what: lists, status, certificates, inspections, tenders and concentration."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from zhengshe.calendar import add_months
from zhengshe.rules.flags.flag import Answer, Clear, Hit, Missing, about, awarded, flag, told
from zhengshe.rules.street import AWARDED, Row, Street, money, total

_NO_THRESHOLD = "thresholds: tender_threshold_yuan"


@flag(
    "A101",
    "委托给在列名录的组织",
    "签约当日组织在名录上。活动异常名录只有地方做法加以限制，不是全国条文。",
    "credit.list-b",
    "credit.list-a",
)
def awarded_while_listed(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "signed_on")
    listings = street.by("listing", "org")
    yield Clear(sum(project.org not in listings for project in projects))
    for project in projects if listings else ():
        if project.org in listings:
            day = project.signed_on
            listed = [
                row
                for row in listings[project.org]
                if row.entered_on <= day and (row.removed_on is None or row.removed_on > day)
            ]
            yield (
                about(street, project, f"{day} 签约时在{listed[0].list}（{listed[0].entered_on} 列入）")
                if listed
                else None
            )


@flag(
    "A102",
    "委托给已注销、撤销、吊销的组织",
    "项目仍在履约或待验收，而组织的登记状态已不是正常。",
    "credit.cancelled",
)
def awarded_to_the_gone(street: Street) -> Iterator[Answer]:
    running = [project for project in street[AWARDED] if project.status in ("履约", "待验收")]
    status = {number: org.status for number, org in street.organizations.items()}
    gone = [project for project in running if status[project.org] != "正常"]
    yield from told(street, running, gone, lambda project: f"登记状态为{status[project.org]}")


@flag("A103", "签约时登记证书已过期", "合同签订日在证书有效期止之后。")
def certificate_lapsed(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "signed_on")
    until = {org.id: org.cert_until for org in street.known("org", "cert_until")}
    dated = [project for project in projects if project.org in until]
    yield Missing("证书有效期止", len(projects) - len(dated))
    lapsed = [project for project in dated if project.signed_on > until[project.org]]
    yield from told(
        street, dated, lapsed, lambda project: f"证书有效期至 {until[project.org]}，{project.signed_on} 签约"
    )


@flag("A104", "签约前最近一次年检不合格", "签约前结论最晚的一次年检没有通过。", "credit.inspection")
def failed_inspection(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "signed_on")
    conclusions = street.statutes["credit.inspection"].values["conclusions"]
    inspected: dict[int, list[Row]] = defaultdict(list)
    for inspection in street.known("inspection", "conclusion", "concluded_on"):
        inspected[inspection.org].append(inspection)
    yield Missing("年检结论及日期", sum(project.org not in inspected for project in projects))
    for project in projects if inspected else ():
        if project.org in inspected:
            before = [row for row in inspected[project.org] if row.concluded_on < project.signed_on]
            if not before:
                yield Missing("年检结论及日期")
                continue
            last = max(before, key=lambda row: row.concluded_on)
            failed = last.conclusion in conclusions
            yield about(street, project, f"{last.year} 年度年检{last.conclusion}") if failed else None


@flag(
    "A105",
    "单独向备案组织购买",
    "承接政府采购合同的是社区社会组织，又没有合作方。",
    "contract.independent",
)
def bought_from_a_group_alone(street: Street) -> Iterator[Answer]:
    modes = {*street.limits["procurement_modes"]}
    bought = [project for project in street[AWARDED] if project.mode in modes]
    groups = {org.id for org in street["org"] if org.kind == "社区社会组织"}
    alone = [project for project in bought if project.org in groups and project.partner is None]
    yield from told(street, bought, alone, lambda project: f"{project.mode}，没有合作方")


@flag(
    "T201",
    "达到限额未招标",
    "合同金额达到本地公开招标限额而方式不是招标类。限额各省不同，在 thresholds 的 tender_threshold_yuan 填写。",
)
def over_threshold_without_tender(street: Street) -> Iterator[Answer]:
    limit = street.limits.get("tender_threshold_yuan")
    if limit is None:
        yield Missing(_NO_THRESHOLD, len(street[AWARDED]))
        return
    projects = yield from awarded(street, "amount")
    tenders = street.limits["tender_modes"]
    over = [project for project in projects if project.amount >= limit * 100 and project.mode not in tenders]
    yield from told(street, projects, over, lambda project: f"{money(project.amount)}，方式为{project.mode}")


@flag(
    "T202",
    "拆分项目规避限额",
    "同一购买主体 splitting_months 个月内与同一组织的非招标合同，单个都不到限额，合计达到。",
    "contract.splitting",
)
def split_under_threshold(street: Street) -> Iterator[Answer]:
    limit = street.limits.get("tender_threshold_yuan")
    months = street.limits["splitting_months"]
    if limit is None:
        yield Missing(_NO_THRESHOLD, len(street[AWARDED]))
        return
    projects = street.known(AWARDED, "signed_on", "amount")
    yield Missing("合同签订日期、合同金额", len(street[AWARDED]) - len(projects))
    groups: dict[tuple[object, object], list[Row]] = defaultdict(list)
    for project in projects:
        if project.mode not in street.limits["tender_modes"] and project.amount < limit * 100:
            groups[project.buyer, project.org].append(project)
    for each in groups.values():
        each.sort(key=lambda row: row.signed_on)
        for place, first in enumerate(each):
            end = add_months(dt.date.fromisoformat(first.signed_on), months).isoformat()
            within = [row for row in each[place:] if row.signed_on < end]
            if len(within) > 1 and total(within, "amount") >= limit * 100:
                numbers = "、".join(row.number for row in within)
                yield about(street, first, f"{months} 个月内 {numbers} 合计 {money(total(within, 'amount'))}")
                break
        else:
            yield None


@flag(
    "S501",
    "资金集中于一家",
    "一个购买主体一年内的合同金额中，一家组织占比超过 concentration_share（项目数够多时才看）。",
)
def concentration(street: Street) -> Iterator[Answer]:
    projects = yield from awarded(street, "buyer", "amount")
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for project in projects:
        groups[project.buyer, project.year].append(project)
    for (buyer, year), bought in groups.items():
        if len(bought) < street.limits["concentration_least_projects"]:
            continue
        by_org: dict[int, int] = defaultdict(int)
        for project in bought:
            by_org[project.org] += project.amount
        org, most = max(by_org.items(), key=lambda item: item[1])
        share = most / (sum(by_org.values()) or 1)
        hit = Hit(f"{year} {buyer}", street.organizations[org].name, f"占 {share:.0%}（{money(most)}）")
        yield hit if share > street.limits["concentration_share"] else None


@flag("S502", "合同额远超机构规模", "合同金额超过组织上一年收入的 contract_to_income 倍。")
def too_large_for_the_organization(street: Street) -> Iterator[Answer]:
    incomes = {(figures.org, figures.year): figures.income for figures in street["figures"] if figures.income}
    projects = [project for project in street[AWARDED] if (project.org, project.year - 1) in incomes]
    yield Missing("上一年收入", len(street[AWARDED]) - len(projects))
    for project in projects:
        if project.amount is None:
            yield Missing("合同金额")
        else:
            times = project.amount / incomes[project.org, project.year - 1]
            large = times > street.limits["contract_to_income"]
            yield about(street, project, f"合同额为上年收入的 {times:.1f} 倍") if large else None


@flag("S504", "一人任职过多", "同名负责人同时在 posts_per_person 家以上组织任职（同名未必同人，请核对）。")
def too_many_posts(street: Street) -> Iterator[Answer]:
    posts: dict[str, set[int]] = defaultdict(set)
    for person in street["person"]:
        if person.until is None or person.until >= street.today:
            posts[person.name].add(person.org)
    for name, orgs in posts.items():
        names = "、".join(sorted(street.organizations[org].name for org in orgs))
        many = len(orgs) > street.limits["posts_per_person"]
        yield Hit(name, names, f"在 {len(orgs)} 家任职") if many else None


@flag("S506", "连任过多", "现任负责人的届次超过了通常的届数。", "person.terms")
def too_many_terms(street: Street) -> Iterator[Answer]:
    for person in street["person"]:
        if person.until is not None and person.until < street.today:
            continue
        if person.term is None:
            yield Missing("届次")
            continue
        name = street.organizations[person.org].name
        many = person.term > street.statutes["person.terms"].values["terms"]
        yield Hit(f"{person.post}{person.name}", name, f"第 {person.term} 届") if many else None


@flag("S505", "同一项目重复资助", "同一组织同一年度两个项目名称相同。")
def financed_twice(street: Street) -> Iterator[Answer]:
    first: dict[tuple[int, int, str], Row] = {}
    again: dict[Row, list[Row]] = defaultdict(list)
    for project in street["project"]:
        same = first.setdefault((project.org, project.year, project.name.replace(" ", "")), project)
        if same is not project:
            again[same].append(project)
    yield Clear(len(first) - len(again))
    for project in first.values() if again else ():
        if project in again:
            numbers = "、".join(row.number for row in (project, *again[project]))
            yield about(street, project, f"{numbers} 同名同年")
