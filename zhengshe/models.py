"""Every record of the ledger, each field declared once.

From these declarations come the table column, the command option and its help, the import header synonyms, the export
header, the JSON key, the mask for publication and the documentation page. Adding a field is one line here and one
migration in ``store/migrations``.

Nothing here reads a file or a clock, and only the standard library is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value is; ``values`` knows how to read and show each of these."""

    TEXT = "text"
    DATE = "date"  # ISO text, YYYY-MM-DD
    YEAR = "year"
    MONEY = "money"  # integer 分; 元 in JSON
    COUNT = "count"  # whole, not negative
    DECIMAL = "decimal"  # integer hundredths; a number in JSON
    CREDIT_CODE = "credit_code"  # 统一社会信用代码, GB 32100-2015
    CHOICE = "choice"  # a term from a codelist
    PHONE = "phone"
    FLAG = "flag"  # 0 or 1; 是/否, true/false in JSON
    ORG = "org"  # a reference to an organization
    PROJECT = "project"  # a reference to a project

    @property
    def is_reference(self) -> bool:
        return self in (Kind.ORG, Kind.PROJECT)

    @property
    def is_number(self) -> bool:
        return self in (Kind.YEAR, Kind.MONEY, Kind.COUNT, Kind.DECIMAL)


@dataclass(frozen=True)
class Field:
    """One field of one record.

    key       the JSON key, the column and (with dashes) the option
    label     the Chinese name: export header, prompt, table head
    synonyms  other headers under which ledgers carry it
    codelist  for CHOICE: the list in data/codelists.yaml
    default   what a blank means when the record is new
    private   never in public output
    brief     shown in a table when no columns are asked for
    closing   a date that ends a period: a bare month means its last day
    known_on  the date field from which the value was known (for looking back: before that day it did not exist)
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    codelist: str | None = None
    default: str | None = None
    private: bool = False
    brief: bool = False
    closing: bool = False
    known_on: str | None = None

    @property
    def option(self) -> str:
        """``--found-on`` for ``found_on``."""
        return "--" + self.key.replace("_", "-")


@dataclass(frozen=True)
class Record:
    """One noun of the ledger.

    natural_keys  alternatives in order of strength: the first whose fields are all present identifies the record
    dated         the field that dates the record: --since/--until, and whether a fact counts on an earlier day
    numbered      the letter of the number the program assigns when none is given (P2026-001)
    derived       shown and filtered like fields, but worked out from them and never stored
    """

    noun: str
    label: str
    fields: tuple[Field, ...]
    natural_keys: tuple[tuple[str, ...], ...]
    dated: str
    numbered: str | None = None
    derived: tuple[Field, ...] = ()

    def __getitem__(self, key: str) -> Field:
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def __contains__(self, key: str) -> bool:
        return any(field.key == key for field in self.fields)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields)

    @property
    def owner(self) -> Field | None:
        """The record this one belongs to, positional on the command line; organizations have none."""
        first = self.fields[0] if self.fields[0].key != "number" else self.fields[1]
        return first if first.required and (first.kind.is_reference or first.key == "subject") else None

    @property
    def reference_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind.is_reference)


def _choice(key: str, label: str, codelist: str, **more: object) -> Field:
    return Field(key, label, Kind.CHOICE, codelist=codelist, **more)  # type: ignore[arg-type]


def _date(key: str, label: str, *synonyms: str, **more: object) -> Field:
    return Field(key, label, Kind.DATE, synonyms=synonyms, **more)  # type: ignore[arg-type]


def _org(*synonyms: str) -> Field:
    return Field("org", "社会组织", Kind.ORG, required=True, brief=True, synonyms=synonyms)


def _project(*synonyms: str) -> Field:
    return Field("project", "项目", Kind.PROJECT, required=True, brief=True, synonyms=("项目编号", *synonyms))


YEAR_NAMES = ("年份", "所属年度", "统计年度")

ORG = Record(
    "org",
    "社会组织",
    (
        Field(
            "name",
            "名称",
            required=True,
            brief=True,
            synonyms=(
                "社会组织名称",
                "组织名称",
                "社会团体名称",
                "社区社会组织名称",
                "单位名称",
                "机构名称",
                "社团名称",
                "单位全称",
                "基金会名称",
                "行政相对人名称",
                "法人名称",
                "单位",
            ),
        ),
        Field(
            "uscc",
            "统一社会信用代码",
            Kind.CREDIT_CODE,
            brief=True,
            synonyms=("统一信用代码", "统一代码", "社会信用代码", "信用代码", "机构代码", "代码"),
        ),
        Field(
            "reg_no",
            "登记证号",
            synonyms=("登记证书号", "证书号", "登记号", "备案号", "备案编号", "登记证号/备案号", "社会组织登记证号"),
        ),
        _choice("kind", "类型", "kind", required=True, brief=True, synonyms=("社会组织类型", "组织类型", "类别")),
        Field(
            "category",
            "行业分类",
            synonyms=("社团类别", "民非行业分类", "社会团体行业分类", "行业", "业务领域", "基金会类型"),
        ),
        _choice(
            "status",
            "登记状态",
            "status",
            required=True,
            default="正常",
            brief=True,
            synonyms=("状态", "组织状态"),
        ),
        _date("founded_on", "成立日期", "成立登记日期", "成立时间", "登记时间", "登记日期", "批准日期", "备案时间"),
        _date("cert_from", "证书有效期起", "有效期限自", "发证日期", "有效期起"),
        _date("cert_until", "证书有效期止", "有效期限至", "有效期止", "证书有效期", closing=True),
        Field("authority", "登记管理机关", synonyms=("登记机关", "发证机关", "备案机关")),
        Field(
            "supervisor",
            "业务主管单位",
            synonyms=("行业管理部门", "业务指导单位", "业务主管部门", "主管单位", "主管部门"),
        ),
        Field("district", "街镇", synonyms=("所属街道", "街道", "所属街镇", "行政区划", "区划")),
        Field("community", "居村", synonyms=("所属社区", "所在居村", "社区", "居委", "居委会"), brief=True),
        Field("address", "住所", synonyms=("住所(地址)", "办公地址", "地址", "房屋地址", "活动场所", "注册地址")),
        Field(
            "legal_rep",
            "法定代表人",
            synonyms=("法定代表人姓名", "法人", "法人代表", "负责人", "理事长", "会长", "负责人姓名"),
        ),
        Field("contact", "联系人", private=True, synonyms=("联系人姓名", "经办人")),
        Field(
            "phone",
            "联系电话",
            Kind.PHONE,
            private=True,
            synonyms=("单位联系电话", "办公电话", "手机", "移动电话", "负责人手机号", "电话", "负责人联系方式"),
        ),
        Field("capital", "注册资金", Kind.MONEY, synonyms=("开办资金", "原始基金", "活动资金", "注册资本")),
        Field("scope", "业务范围", synonyms=("宗旨", "活动区域", "活动地域", "宗旨和业务范围")),
        Field("is_charity", "慈善组织", Kind.FLAG, synonyms=("是否慈善组织", "是否为慈善组织")),
        Field("may_fundraise", "公开募捐资格", Kind.FLAG, synonyms=("是否具有公开募捐资格", "公募资格")),
        Field("party_org", "党组织", synonyms=("党组织名称", "是否建立党组织", "是否有中共党组织")),
        Field("note", "备注", synonyms=("说明",)),
    ),
    (("uscc",), ("reg_no",), ("name",)),
    dated="founded_on",
)

CHANGE = Record(
    "change",
    "变更登记",
    (
        _org(),
        Field("item", "变更事项", required=True, brief=True, synonyms=("业务类型", "变更内容", "事项")),
        Field("before", "变更前", brief=True, synonyms=("原内容", "变更前内容")),
        Field("after", "变更后", required=True, brief=True, synonyms=("现内容", "变更后内容")),
        _date("approved_on", "核准日期", "办结日期", "变更日期", "核准时间", required=True, brief=True),
    ),
    (("org", "item", "approved_on"),),
    dated="approved_on",
)

PERSON = Record(
    "person",
    "负责人任职",
    (
        _org("任职单位"),
        Field("name", "姓名", required=True, brief=True, synonyms=("负责人姓名", "负责人")),
        Field("post", "职务", required=True, brief=True, synonyms=("担任职务", "岗位")),
        _date("since", "任职起", "任职日期", "任职时间", "当选日期", brief=True),
        _date("until", "任职止", "任期届满", "离任日期", "届满日期", closing=True, brief=True),
        Field("term", "届次", Kind.COUNT, brief=True, synonyms=("第几届", "任期届数")),
    ),
    (("org", "name", "post", "since"),),
    dated="since",
)

INSPECTION = Record(
    "inspection",
    "年检年报",
    (
        _org(),
        Field("year", "年度", Kind.YEAR, required=True, brief=True, synonyms=(*YEAR_NAMES, "年检年度", "年报年度")),
        _choice(
            "conclusion",
            "年检结论",
            "conclusion",
            brief=True,
            known_on="concluded_on",
            synonyms=("年检结果", "年检情况", "结论", "检查结论"),
        ),
        _date("filed_on", "报送日期", "年报报送日期", "提交日期", "报送时间", brief=True),
        _date("concluded_on", "结论日期", "年检日期", "年检时间", brief=True),
    ),
    (("org", "year"),),
    dated="year",
)

RATING = Record(
    "rating",
    "评估等级",
    (
        _org(),
        _choice("grade", "评估等级", "grade", required=True, brief=True, synonyms=("等级", "评估结果")),
        _date("awarded_on", "评定日期", "评估时间", "评估日期", "公告日期", "授予日期", required=True, brief=True),
        _date("valid_from", "有效期自", "等级有效期起"),
        _date("valid_until", "有效期至", "等级有效期", "等级有效期止", closing=True, brief=True),
    ),
    (("org", "awarded_on"),),
    dated="awarded_on",
)

HONOUR = Record(
    "honour",
    "表彰",
    (
        _org(),
        Field("title", "表彰名称", required=True, brief=True, synonyms=("荣誉称号", "荣誉名称", "表彰奖励", "奖项")),
        Field("awarded_by", "表彰机关", brief=True, synonyms=("授予单位", "表彰单位", "颁发单位")),
        Field("level", "级别", synonyms=("表彰级别", "荣誉级别")),
        _date("awarded_on", "表彰日期", "授予日期", "表彰时间", "获奖时间", required=True, brief=True),
    ),
    (("org", "title", "awarded_on"),),
    dated="awarded_on",
)

LISTING = Record(
    "listing",
    "名录列入",
    (
        _org(),
        _choice("list", "名录", "list", required=True, brief=True, synonyms=("名单", "名录类型", "名单类型")),
        Field("ground", "列入事由", required=True, brief=True, synonyms=("列入原因", "列入理由")),
        _date("entered_on", "列入日期", "列入时间", required=True, brief=True),
        _date("removed_on", "移出日期", "移出时间", brief=True),
        Field("removal_ground", "移出事由", known_on="removed_on", synonyms=("移出原因", "移出理由")),
        Field("decided_by", "决定机关", synonyms=("列入决定机关", "列入机关")),
    ),
    (("org", "list", "entered_on"),),
    dated="entered_on",
)

PENALTY = Record(
    "penalty",
    "行政处罚",
    (
        _org("行政相对人名称", "被处罚单位", "当事人"),
        Field("kind", "处罚种类", required=True, brief=True, synonyms=("处罚类别", "处罚结果", "处罚类型")),
        Field("doc_no", "决定书文号", brief=True, synonyms=("行政处罚决定书文号", "处罚决定书文号", "文号")),
        Field("facts", "违法事实", synonyms=("处罚事由", "违法行为", "主要违法事实")),
        Field("basis", "处罚依据", synonyms=("法律依据",)),
        Field("amount", "罚款金额", Kind.MONEY, brief=True, synonyms=("罚款", "处罚金额")),
        _date("decided_on", "处罚决定日期", "处罚日期", "决定日期", required=True, brief=True),
        Field("decided_by", "处罚机关", synonyms=("处罚决定机关", "作出处罚机关")),
        _choice("gravity", "失信程度", "gravity", synonyms=("失信类别",)),
        _date("repaired_on", "信用修复日期", "修复日期"),
    ),
    (("org", "doc_no"), ("org", "decided_on", "kind")),
    dated="decided_on",
)

FIGURES = Record(
    "figures",
    "年度数据",
    (
        _org(),
        Field("year", "年度", Kind.YEAR, required=True, brief=True, synonyms=YEAR_NAMES),
        Field(
            "members",
            "会员数",
            Kind.COUNT,
            brief=True,
            synonyms=("成员人数", "队员数", "会员人数", "单位会员数", "个人会员数"),
        ),
        Field(
            "full_time",
            "专职工作人员",
            Kind.COUNT,
            brief=True,
            synonyms=("专职工作人员数", "专职工作人员数量", "专职人数", "从业人员"),
        ),
        Field("social_workers", "持证社工", Kind.COUNT, synonyms=("社工人数", "持证社工人数")),
        Field("volunteers", "志愿者", Kind.COUNT, synonyms=("志愿者人数", "志愿者数")),
        Field("party_members", "党员数", Kind.COUNT, synonyms=("中共党员数量", "党员人数")),
        Field("income", "收入", Kind.MONEY, brief=True, synonyms=("总收入", "本年收入", "收入合计")),
        Field("expenditure", "支出", Kind.MONEY, synonyms=("总支出", "本年支出", "支出合计", "费用支出")),
        Field("net_assets", "净资产", Kind.MONEY, synonyms=("年末净资产", "净资产合计")),
    ),
    (("org", "year"),),
    dated="year",
)

PROJECT = Record(
    "project",
    "合作项目",
    (
        Field("number", "项目编号", required=True, brief=True, synonyms=("编号", "合同备案号")),
        _org("承接主体", "承接单位", "受托方", "乙方", "供应商", "实施单位", "中标单位", "承接组织"),
        Field("name", "项目名称", required=True, brief=True, synonyms=("项目", "服务项目", "采购项目名称")),
        Field("year", "年度", Kind.YEAR, required=True, brief=True, synonyms=("项目年度", "年份")),
        Field("buyer", "购买主体", synonyms=("委托方", "甲方", "采购人", "购买单位", "委托单位")),
        Field("partner", "合作方", synonyms=("合作单位", "共建单位", "协办单位")),
        _choice("transfer", "职能转移方式", "transfer", synonyms=("转移方式",)),
        Field("field", "服务领域", synonyms=("领域", "服务类别", "项目类别")),
        _choice("mode", "合作方式", "mode", required=True, brief=True, synonyms=("购买方式", "采购方式", "承接方式")),
        _choice(
            "status",
            "项目状态",
            "project_status",
            required=True,
            default="立项",
            brief=True,
            synonyms=("状态", "进展", "实施情况"),
        ),
        Field("budget", "预算金额", Kind.MONEY, synonyms=("立项资金", "预算", "控制价")),
        Field(
            "amount",
            "合同金额",
            Kind.MONEY,
            brief=True,
            synonyms=("项目金额", "资金总额", "中标金额", "成交金额", "合同价", "金额"),
        ),
        Field("contract_no", "合同编号", synonyms=("合同号",)),
        _date("signed_on", "合同签订日期", "签订日期", "签约日期", "签订时间"),
        _date("start_on", "开始日期", "服务开始日期", "起始日期", "开始时间", "合同开始日期"),
        _date("end_on", "结束日期", "服务结束日期", "截止日期", "结束时间", "合同结束日期", "完成时间", closing=True),
        Field("beneficiaries", "服务对象", synonyms=("受益对象", "服务人群")),
        Field("planned_people", "计划服务人次", Kind.COUNT, synonyms=("服务人次", "受益人数", "计划服务人数")),
        Field("note", "备注", synonyms=("说明",)),
    ),
    (("number",), ("org", "name", "year")),
    dated="signed_on",
    numbered="P",
)

FUNDING = Record(
    "funding",
    "资金来源",
    (
        _project(),
        _choice("source", "资金来源", "funding_source", required=True, brief=True, synonyms=("资金性质", "经费来源")),
        Field("year", "资金年度", Kind.YEAR, brief=True, synonyms=("年度", "年份")),
        Field("amount", "资金金额", Kind.MONEY, required=True, brief=True, synonyms=("金额", "安排金额", "拨款金额")),
    ),
    (("project", "source", "year"),),
    dated="year",
)

BID = Record(
    "bid",
    "投标",
    (
        _project(),
        Field("bidder", "投标人", required=True, brief=True, synonyms=("投标单位", "供应商", "申报单位")),
        Field("price", "报价", Kind.MONEY, brief=True, synonyms=("投标报价", "投标价")),
        Field("score", "得分", Kind.DECIMAL, brief=True, synonyms=("评审得分", "综合得分")),
        _date("submitted_on", "递交日期", "投标日期", "递交时间", brief=True),
        Field("valid", "有效投标", Kind.FLAG, synonyms=("是否有效",)),
        Field("won", "中标", Kind.FLAG, brief=True, synonyms=("是否中标", "中标结果")),
    ),
    (("project", "bidder"),),
    dated="submitted_on",
)

AMENDMENT = Record(
    "amendment",
    "补充协议",
    (
        _project(),
        Field("item", "变更事项", required=True, brief=True, synonyms=("变更内容", "补充事项")),
        Field("before", "变更前", brief=True),
        Field("after", "变更后", brief=True),
        Field("amount_change", "金额变动", Kind.MONEY, brief=True, synonyms=("增减金额", "变更金额")),
        _date("signed_on", "签订日期", "变更日期", "补充协议日期", required=True, brief=True),
        Field("reason", "变更原因", synonyms=("原因", "理由")),
    ),
    (("project", "signed_on", "item"),),
    dated="signed_on",
)

PAYMENT = Record(
    "payment",
    "支付",
    (
        _project(),
        Field("seq", "期次", Kind.COUNT, required=True, brief=True, synonyms=("付款期次", "序次", "第几期")),
        Field("condition", "支付条件", brief=True, synonyms=("付款条件", "支付节点")),
        Field("amount", "应付金额", Kind.MONEY, required=True, brief=True, synonyms=("金额", "计划支付金额")),
        _date("due_on", "应付日期", "计划支付日期", "应付时间", brief=True),
        _date("paid_on", "支付日期", "付款日期", "支付时间", brief=True),
        Field(
            "paid_amount",
            "已付金额",
            Kind.MONEY,
            brief=True,
            known_on="paid_on",
            synonyms=("已支付", "实付金额", "已支付金额"),
        ),
    ),
    (("project", "seq"),),
    dated="due_on",
)

ACTIVITY = Record(
    "activity",
    "服务记录",
    (
        _project(),
        Field("title", "活动名称", required=True, brief=True, synonyms=("活动主题", "服务内容")),
        _date("held_on", "活动日期", "活动时间", "服务日期", "日期", required=True, brief=True),
        Field("place", "活动地点", brief=True, synonyms=("地点", "服务地点")),
        Field("people", "服务人次", Kind.COUNT, brief=True, synonyms=("参加人数", "人数", "参与人次")),
    ),
    (("project", "held_on", "title"),),
    dated="held_on",
)

REVIEW = Record(
    "review",
    "检查评估验收",
    (
        _project(),
        _choice(
            "kind", "检查类别", "review_kind", required=True, brief=True, synonyms=("评估类别", "类别", "评估类型")
        ),
        _date("held_on", "评估日期", "验收日期", "检查日期", "日期", required=True, brief=True),
        Field("score", "得分", Kind.DECIMAL, brief=True, synonyms=("绩效得分", "评分", "满意度")),
        Field("conclusion", "评估结论", brief=True, synonyms=("结论", "验收结论", "评估等次")),
        Field("reviewer", "评估机构", synonyms=("评估单位", "验收人", "检查人")),
        Field("note", "备注", synonyms=("说明",)),
    ),
    (("project", "kind", "held_on"),),
    dated="held_on",
)

FINDING = Record(
    "finding",
    "监督发现",
    (
        Field("number", "发现编号", required=True, brief=True, synonyms=("编号", "问题编号")),
        _org("责任单位", "被检查单位", "检查对象"),
        Field("project", "项目", Kind.PROJECT, synonyms=("项目编号",)),
        _date("found_on", "发现日期", "检查时间", "检查日期", "发现时间", required=True, brief=True),
        _choice("channel", "监督渠道", "channel", required=True, synonyms=("监督方式", "检查类型", "监督类型")),
        Field("source", "线索来源", synonyms=("来源", "检查方式", "问题来源")),
        Field("category", "问题类别", synonyms=("检查内容", "问题类型")),
        _choice("severity", "严重程度", "severity", required=True, brief=True, synonyms=("程度", "等级")),
        Field("fact", "发现事实", required=True, brief=True, synonyms=("发现问题", "存在问题", "问题描述", "问题")),
        Field("clause", "依据条款", synonyms=("依据", "条款")),
        Field("notice_no", "整改通知书文号", synonyms=("通知书文号", "整改通知书编号")),
        Field("requirement", "整改要求", synonyms=("整改措施", "要求")),
        _date("due_on", "整改期限", "整改时限", "完成时限", closing=True, brief=True),
        _date("rectified_on", "整改完成日期", "完成日期", "整改日期"),
        _date("verified_on", "核验日期", "销号日期", "复查日期"),
        Field("result", "整改结果", known_on="rectified_on", synonyms=("整改情况", "处理结果")),
    ),
    (("number",), ("org", "notice_no"), ("org", "found_on", "fact")),
    dated="found_on",
    numbered="F",
    derived=(Field("state", "整改状态", brief=True),),
)

DOCUMENT = Record(
    "document",
    "佐证材料",
    (
        Field("subject", "所属记录", required=True, brief=True),
        Field("title", "材料名称", required=True, brief=True),
        Field("kind", "材料类别", brief=True),
        Field("filename", "文件名", brief=True),
        Field("sha256", "校验值", brief=False),
        Field("size", "字节数", Kind.COUNT, brief=True),
    ),
    (("subject", "sha256"),),
    dated="created_at",
)

RECORDS: dict[str, Record] = {
    record.noun: record
    for record in (
        ORG,
        CHANGE,
        PERSON,
        INSPECTION,
        RATING,
        HONOUR,
        LISTING,
        PENALTY,
        FIGURES,
        PROJECT,
        FUNDING,
        BID,
        AMENDMENT,
        PAYMENT,
        ACTIVITY,
        REVIEW,
        FINDING,
        DOCUMENT,
    )
}

# Every record also has these; they are kept by the store and cannot be set.
ID = Field("id", "序号", Kind.COUNT)
CREATED_AT = Field("created_at", "录入时间")
UPDATED_AT = Field("updated_at", "更新时间")


def record_for(noun: str) -> Record:
    """The record called ``noun``; KeyError when there is none."""
    return RECORDS[noun]
