"""Who was entrusted with what: lists, status, certificates, inspections, tenders and concentration."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from zhengshe.calendar import add_months
from zhengshe.rules.flags.flag import Answer, Hit, Missing, about, flag
from zhengshe.rules.street import Row, Street, money, total


@flag(
    "A101",
    "委托给在列名录的组织",
    "签约当日组织在名录上。活动异常名录只有地方做法加以限制，不是全国条文。",
    "credit.list-b",
    "credit.list-a",
)
def awarded_while_listed(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        day = project["signed_on"]
        if day is None:
            yield Missing("合同签订日期")
            continue
        listed = [
            row
            for row in street.of("listing", "org", org["id"])
            if str(row["entered_on"]) <= str(day) and (row["removed_on"] is None or str(row["removed_on"]) > str(day))
        ]
        yield (
            about(project, org, f"{day} 签约时在{listed[0]['list']}（{listed[0]['entered_on']} 列入）")
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
    for project, org in street.awarded():
        if project["status"] in ("履约", "待验收"):
            yield about(project, org, f"登记状态为{org['status']}") if org["status"] != "正常" else None


@flag("A103", "签约时登记证书已过期", "合同签订日在证书有效期止之后。")
def certificate_lapsed(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        if project["signed_on"] is None or org["cert_until"] is None:
            yield Missing("合同签订日期" if project["signed_on"] is None else "证书有效期止")
        elif str(project["signed_on"]) > str(org["cert_until"]):
            yield about(project, org, f"证书有效期至 {org['cert_until']}，{project['signed_on']} 签约")
        else:
            yield None


@flag("A104", "签约前最近一次年检不合格", "签约前结论最晚的一次年检没有通过。", "credit.inspection")
def failed_inspection(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        day = str(project["signed_on"] or "")
        known = [row for row in street.of("inspection", "org", org["id"]) if row["conclusion"] and row["concluded_on"]]
        before = [row for row in known if str(row["concluded_on"]) < day]
        if not day or not before:
            yield Missing("合同签订日期" if not day else "年检结论及日期")
            continue
        last = max(before, key=lambda row: str(row["concluded_on"]))
        failed = last["conclusion"] in street.statutes["credit.inspection"].values["conclusions"]
        yield about(project, org, f"{last['year']} 年度年检{last['conclusion']}") if failed else None


@flag(
    "A105",
    "单独向备案组织购买",
    "承接政府采购合同的是社区社会组织，又没有合作方。",
    "contract.independent",
)
def bought_from_a_group_alone(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        if project["mode"] in street.limits["procurement_modes"]:
            alone = org["kind"] == "社区社会组织" and project["partner"] is None
            yield about(project, org, f"{project['mode']}，没有合作方") if alone else None


@flag(
    "T201",
    "达到限额未招标",
    "合同金额达到本地公开招标限额而方式不是招标类。限额各省不同，在 thresholds 的 tender_threshold_yuan 填写。",
)
def over_threshold_without_tender(street: Street) -> Iterator[Answer]:
    limit = street.limits.get("tender_threshold_yuan")
    for project, org in street.awarded():
        if limit is None or project["amount"] is None:
            yield Missing("thresholds: tender_threshold_yuan" if limit is None else "合同金额")
        elif int(project["amount"]) >= limit * 100 and project["mode"] not in street.limits["tender_modes"]:
            yield about(project, org, f"{money(project['amount'])}，方式为{project['mode']}")
        else:
            yield None


@flag(
    "T202",
    "拆分项目规避限额",
    "同一购买主体 splitting_months 个月内与同一组织的非招标合同，单个都不到限额，合计达到。",
    "contract.splitting",
)
def split_under_threshold(street: Street) -> Iterator[Answer]:
    limit = street.limits.get("tender_threshold_yuan")
    months = street.limits["splitting_months"]
    groups: dict[tuple[object, object], list[Row]] = defaultdict(list)
    for project, _ in street.awarded():
        if limit is None or project["signed_on"] is None or project["amount"] is None:
            yield Missing("thresholds: tender_threshold_yuan" if limit is None else "合同签订日期、合同金额")
        elif project["mode"] not in street.limits["tender_modes"] and int(project["amount"]) < limit * 100:
            groups[project["buyer"], project["org"]].append(project)
    for projects in groups.values():
        projects.sort(key=lambda row: str(row["signed_on"]))
        for place, first in enumerate(projects):
            end = add_months(dt.date.fromisoformat(str(first["signed_on"])), months).isoformat()
            within = [row for row in projects[place:] if str(row["signed_on"]) < end]
            if len(within) > 1 and total(within, "amount") >= (limit or 0) * 100:
                numbers = "、".join(str(row["number"]) for row in within)
                text = f"{months} 个月内 {numbers} 合计 {money(total(within, 'amount'))}"
                yield about(first, street.organizations[first["org"]], text)
                break
        else:
            yield None


@flag(
    "S501",
    "资金集中于一家",
    "一个购买主体一年内的合同金额中，一家组织占比超过 concentration_share（项目数够多时才看）。",
)
def concentration(street: Street) -> Iterator[Answer]:
    groups: dict[tuple[object, object], list[Row]] = defaultdict(list)
    for project, _ in street.awarded():
        if project["buyer"] is None or project["amount"] is None:
            yield Missing("购买主体" if project["buyer"] is None else "合同金额")
        else:
            groups[project["buyer"], project["year"]].append(project)
    for (buyer, year), projects in groups.items():
        if len(projects) < street.limits["concentration_least_projects"]:
            continue
        by_org: dict[object, int] = defaultdict(int)
        for project in projects:
            by_org[project["org"]] += int(project["amount"] or 0)
        org, most = max(by_org.items(), key=lambda item: item[1])
        share = most / (total(projects, "amount") or 1)
        name = str(street.organizations[org]["name"])  # type: ignore[index]
        hit = Hit(f"{year} {buyer}", name, f"占 {share:.0%}（{money(most)}）")
        yield hit if share > street.limits["concentration_share"] else None


@flag("S502", "合同额远超机构规模", "合同金额超过组织上一年收入的 contract_to_income 倍。")
def too_large_for_the_organization(street: Street) -> Iterator[Answer]:
    for project, org in street.awarded():
        figures = {row["year"]: row["income"] for row in street.of("figures", "org", org["id"])}
        income = figures.get(int(project["year"] or 0) - 1)
        if not income or project["amount"] is None:
            yield Missing("上一年收入" if not income else "合同金额")
        else:
            times = int(project["amount"]) / int(income)
            large = times > street.limits["contract_to_income"]
            yield about(project, org, f"合同额为上年收入的 {times:.1f} 倍") if large else None


@flag("S504", "一人任职过多", "同名负责人同时在 posts_per_person 家以上组织任职（同名未必同人，请核对）。")
def too_many_posts(street: Street) -> Iterator[Answer]:
    posts: dict[object, set[object]] = defaultdict(set)
    for person in street["person"]:
        if person["until"] is None or str(person["until"]) >= street.today:
            posts[person["name"]].add(person["org"])
    for name, orgs in posts.items():
        names = "、".join(sorted(str(street.organizations[org]["name"]) for org in orgs))  # type: ignore[index]
        many = len(orgs) > street.limits["posts_per_person"]
        yield Hit(f"{name}", names, f"在 {len(orgs)} 家任职") if many else None


@flag("S506", "连任过多", "现任负责人的届次超过了通常的届数。", "person.terms")
def too_many_terms(street: Street) -> Iterator[Answer]:
    for person in street["person"]:
        if person["until"] is not None and str(person["until"]) < street.today:
            continue
        if person["term"] is None:
            yield Missing("届次")
            continue
        name = str(street.organizations[person["org"]]["name"])
        many = int(person["term"]) > street.statutes["person.terms"].values["terms"]
        yield Hit(f"{person['post']}{person['name']}", name, f"第 {person['term']} 届") if many else None


@flag("S505", "同一项目重复资助", "同一组织同一年度两个项目名称相同。")
def financed_twice(street: Street) -> Iterator[Answer]:
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for project in street["project"]:
        groups[project["org"], project["year"], str(project["name"]).replace(" ", "")].append(project)
    for projects in groups.values():
        numbers = "、".join(str(row["number"]) for row in projects)
        org = street.organizations[projects[0]["org"]]
        yield about(projects[0], org, f"{numbers} 同名同年") if len(projects) > 1 else None
