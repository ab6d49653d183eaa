"""Every record of the ledger, each field declared once.

From these declarations come the table column, the command option and its help, the import header synonyms, the export
header, the JSON key, the mask for publication and the documentation page. Adding a field is one line here and one
migration in ``store/migrations``.

Nothing here reads a file or a clock, and only the standard library is imported.
"""

from __future__ import annotations

from typing import Any

from zhengshe.fields import Field as Field
from zhengshe.fields import Kind as Kind
from zhengshe.fields import Record as Record


def _field(key: str, label: str, headers: str = "", kind: Kind = Kind.TEXT, **more: Any) -> Field:
    """``headers``: other headers under which ledgers carry the field, separated by blanks."""
    return Field(key, label, kind, synonyms=tuple(headers.split()), **more)


def _choice(key: str, label: str, headers: str = "", **more: Any) -> Field:
    return _field(key, label, headers, Kind.CHOICE, **{"codelist": key, **more})


def _date(key: str, label: str, headers: str = "", **more: Any) -> Field:
    return _field(key, label, headers, Kind.DATE, **more)


def _money(key: str, label: str, headers: str = "", **more: Any) -> Field:
    return _field(key, label, headers, Kind.MONEY, **more)


def _count(key: str, label: str, headers: str = "", **more: Any) -> Field:
    return _field(key, label, headers, Kind.COUNT, **more)


def _org(headers: str = "") -> Field:
    return _field("org", "社会组织", headers, Kind.ORG, required=True)


def _project() -> Field:
    return _field("project", "项目", "项目编号", Kind.PROJECT, required=True)


ORG = Record(
    "org",
    "社会组织",
    (
        _field(
            "name",
            "名称",
            "社会组织名称 组织名称 社会团体名称 社区社会组织名称 单位名称 机构名称 社团名称"
            " 单位全称 基金会名称 行政相对人名称 法人名称 单位",
            required=True,
        ),
        _field(
            "uscc",
            "统一社会信用代码",
            "统一信用代码 统一代码 社会信用代码 信用代码 机构代码 代码",
            Kind.CREDIT_CODE,
            listed=True,
        ),
        _field("reg_no", "登记证号", "登记证书号 证书号 登记号 备案号 备案编号 登记证号/备案号 社会组织登记证号"),
        _choice("kind", "类型", "社会组织类型 组织类型 类别", required=True),
        _field(
            "category", "行业分类", "社团类别 民非行业分类 社会团体行业分类 行业 业务领域 基金会类型 社区社会组织类别"
        ),
        _choice("status", "登记状态", "状态 组织状态", required=True, default="正常"),
        _date("founded_on", "成立日期", "成立登记日期 成立时间 登记时间 登记日期 批准日期 备案时间"),
        _date("cert_from", "证书有效期起", "有效期限自 发证日期 有效期起"),
        _date("cert_until", "证书有效期止", "有效期限至 有效期止 证书有效期", closing=True),
        _field("authority", "登记管理机关", "登记机关 发证机关 备案机关"),
        _field("supervisor", "业务主管单位", "行业管理部门 业务指导单位 业务主管部门 主管单位 主管部门"),
        _field("district", "街镇", "所属街道 街道 所属街镇 行政区划 区划"),
        _field("community", "居村", "所属社区 所在居村 社区 居委 居委会", listed=True),
        _field("address", "住所", "住所(地址) 办公地址 地址 房屋地址 活动场所 注册地址"),
        _field("legal_rep", "法定代表人", "法定代表人姓名 法人 法人代表 负责人 理事长 会长 负责人姓名", of_person=True),
        _field("contact", "联系人", "联系人姓名 经办人", private=True, of_person=True),
        _field(
            "phone",
            "联系电话",
            "单位联系电话 办公电话 手机 移动电话 负责人手机号 电话 负责人联系方式",
            Kind.PHONE,
            private=True,
        ),
        _money("capital", "注册资金", "开办资金 原始基金 活动资金 注册资本"),
        _field("scope", "业务范围", "宗旨 活动区域 活动地域 宗旨和业务范围"),
        _field("is_charity", "慈善组织", "是否慈善组织 是否为慈善组织", Kind.FLAG),
        _field("may_fundraise", "公开募捐资格", "是否具有公开募捐资格 公募资格", Kind.FLAG),
        _field("party_org", "党组织", "党组织名称 是否建立党组织 是否有中共党组织"),
        _field("note", "备注", "说明", private=True),
    ),
    (("uscc",), ("reg_no",), ("name",)),
    dated="founded_on",
)

CHANGE = Record(
    "change",
    "变更登记",
    (
        _org(),
        _field("item", "变更事项", "业务类型 变更内容 事项", required=True),
        _field("before", "变更前", "原内容 变更前内容", listed=True),
        _field("after", "变更后", "现内容 变更后内容", required=True),
        _date("approved_on", "核准日期", "办结日期 变更日期 核准时间", required=True),
    ),
    (("org", "item", "approved_on"),),
    dated="approved_on",
)

PERSON = Record(
    "person",
    "负责人任职",
    (
        _org("任职单位"),
        _field("name", "姓名", "负责人姓名 负责人", required=True, of_person=True),
        _field("post", "职务", "担任职务 岗位", required=True),
        _date("since", "任职起", "任职日期 任职时间 当选日期", listed=True),
        _date("until", "任职止", "任期届满 离任日期 届满日期", listed=True, closing=True),
        _count("term", "届次", "第几届 任期届数", listed=True),
    ),
    (("org", "name", "post", "since"),),
    dated="since",
    withheld="自然人的任职信息",
    personal=True,
)

INSPECTION = Record(
    "inspection",
    "年检年报",
    (
        _org(),
        _field("year", "年度", "年份 所属年度 统计年度 年检年度 年报年度", Kind.YEAR, required=True),
        _choice("conclusion", "年检结论", "年检结果 年检情况 结论 检查结论", listed=True, known_on="concluded_on"),
        _date("filed_on", "报送日期", "年报报送日期 提交日期 报送时间", listed=True),
        _date("concluded_on", "结论日期", "年检日期 年检时间", listed=True),
    ),
    (("org", "year"),),
    dated="year",
)

RATING = Record(
    "rating",
    "评估等级",
    (
        _org(),
        _choice("grade", "评估等级", "等级 评估结果 评定等级", required=True),
        _date("awarded_on", "评定日期", "评定时间 评估时间 评估日期 公告日期 授予日期", required=True),
        _date("valid_from", "有效期自", "等级有效期起"),
        _date("valid_until", "有效期至", "等级有效期 等级有效期止", listed=True, closing=True),
    ),
    (("org", "awarded_on"),),
    dated="awarded_on",
)

HONOUR = Record(
    "honour",
    "表彰",
    (
        _org(),
        _field("title", "表彰名称", "荣誉称号 荣誉名称 表彰奖励 奖项", required=True),
        _field("awarded_by", "表彰机关", "授予单位 表彰单位 颁发单位", listed=True),
        _field("level", "级别", "表彰级别 荣誉级别"),
        _date("awarded_on", "表彰日期", "授予日期 表彰时间 获奖时间", required=True),
    ),
    (("org", "title", "awarded_on"),),
    dated="awarded_on",
)

LISTING = Record(
    "listing",
    "名录列入",
    (
        _org(),
        _choice("list", "名录", "名单 名录类型 名单类型", required=True),
        _field("ground", "列入事由", "列入原因 列入理由", required=True),
        _date("entered_on", "列入日期", "列入时间", required=True),
        _date("removed_on", "移出日期", "移出时间", listed=True),
        _field("removal_ground", "移出事由", "移出原因 移出理由", known_on="removed_on"),
        _field("decided_by", "决定机关", "列入决定机关 列入机关"),
    ),
    (("org", "list", "entered_on"),),
    dated="entered_on",
)

PENALTY = Record(
    "penalty",
    "行政处罚",
    (
        _org("行政相对人名称 被处罚单位 当事人"),
        _field("kind", "处罚种类", "处罚类别 处罚结果 处罚类型", required=True),
        _field("doc_no", "决定书文号", "行政处罚决定书文号 处罚决定书文号 文号", listed=True),
        _field("facts", "违法事实", "处罚事由 违法行为 主要违法事实"),
        _field("basis", "处罚依据", "法律依据"),
        _money("amount", "罚款金额", "罚款 处罚金额", listed=True),
        _date("decided_on", "处罚决定日期", "处罚日期 决定日期", required=True),
        _field("decided_by", "处罚机关", "处罚决定机关 作出处罚机关"),
        _choice("gravity", "失信程度", "失信类别"),
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
        _field("year", "年度", "年份 所属年度 统计年度", Kind.YEAR, required=True),
        _count("members", "会员数", "成员人数 队员数 会员人数 单位会员数 个人会员数", listed=True),
        _count("full_time", "专职工作人员", "专职工作人员数 专职工作人员数量 专职人数 从业人员", listed=True),
        _count("social_workers", "持证社工", "社工人数 持证社工人数"),
        _count("volunteers", "志愿者", "志愿者人数 志愿者数"),
        _count("party_members", "党员数", "中共党员数量 党员人数"),
        _money("income", "收入", "总收入 本年收入 收入合计", listed=True),
        _money("expenditure", "支出", "总支出 本年支出 支出合计 费用支出"),
        _money("net_assets", "净资产", "年末净资产 净资产合计"),
    ),
    (("org", "year"),),
    dated="year",
)

PROJECT = Record(
    "project",
    "合作项目",
    (
        _field("number", "项目编号", "编号 合同备案号", required=True),
        _org("承接主体 承接单位 受托方 乙方 供应商 实施单位 中标单位 承接组织"),
        _field("name", "项目名称", "项目 服务项目 采购项目名称", required=True),
        _field("year", "年度", "项目年度 年份", Kind.YEAR, required=True),
        _field("buyer", "购买主体", "委托方 甲方 采购人 购买单位 委托单位"),
        _field("partner", "合作方", "合作单位 共建单位 协办单位"),
        _choice("transfer", "职能转移方式", "转移方式"),
        _field("field", "服务领域", "领域 服务类别 项目类别"),
        _choice("mode", "合作方式", "购买方式 采购方式 承接方式", required=True),
        _choice("status", "项目状态", "状态 进展 实施情况", required=True, default="立项", codelist="project_status"),
        _money("budget", "预算金额", "立项资金 预算 控制价"),
        _money("amount", "合同金额", "项目金额 资金总额 中标金额 成交金额 合同价 金额", listed=True),
        _date("tendered_on", "招标公告日期", "公告日期 采购公告日期 招标公告时间 采购公告时间 公告发布日期"),
        _date("bids_due_on", "投标截止日期", "投标截止时间 递交截止时间 响应截止时间 开标日期 开标时间", closing=True),
        _date("awarded_on", "中标通知日期", "中标通知书日期 中标通知书发出日期 成交通知书日期 中标日期 成交日期"),
        _field("contract_no", "合同编号", "合同号"),
        _date("signed_on", "合同签订日期", "签订日期 签约日期 签订时间"),
        _date("start_on", "开始日期", "服务开始日期 起始日期 开始时间 合同开始日期"),
        _date("end_on", "结束日期", "服务结束日期 截止日期 结束时间 合同结束日期 完成时间", closing=True),
        _field("beneficiaries", "服务对象", "受益对象 服务人群", private=True),
        _count("planned_people", "计划服务人次", "服务人次 受益人数 计划服务人数"),
        _field("note", "备注", "说明", private=True),
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
        _choice("source", "资金来源", "资金性质 经费来源", required=True, codelist="funding_source"),
        _field("year", "资金年度", "年度 年份", Kind.YEAR, listed=True),
        _money("amount", "资金金额", "金额 安排金额 拨款金额", required=True),
    ),
    (("project", "source", "year"),),
    dated="year",
)

BID = Record(
    "bid",
    "投标",
    (
        _project(),
        _field("bidder", "投标人", "投标单位 供应商 申报单位", required=True),
        _money("price", "报价", "投标报价 投标价", listed=True),
        _field("score", "得分", "评审得分 综合得分", Kind.DECIMAL, listed=True),
        _date("submitted_on", "递交日期", "投标日期 递交时间", listed=True),
        _field("valid", "有效投标", "是否有效", Kind.FLAG),
        _field("won", "中标", "是否中标 中标结果", Kind.FLAG, listed=True),
    ),
    (("project", "bidder"),),
    dated="submitted_on",
)

AMENDMENT = Record(
    "amendment",
    "补充协议",
    (
        _project(),
        _field("item", "变更事项", "变更内容 补充事项", required=True),
        _field("before", "变更前", listed=True),
        _field("after", "变更后", listed=True),
        _money("amount_change", "金额变动", "增减金额 变更金额", listed=True),
        _date("signed_on", "签订日期", "变更日期 补充协议日期", required=True),
        _field("reason", "变更原因", "原因 理由"),
    ),
    (("project", "signed_on", "item"),),
    dated="signed_on",
)

PAYMENT = Record(
    "payment",
    "支付",
    (
        _project(),
        _count("seq", "期次", "付款期次 序次 第几期", required=True),
        _field("condition", "支付条件", "付款条件 支付节点", listed=True),
        _money("amount", "应付金额", "金额 计划支付金额", required=True),
        _date("due_on", "应付日期", "计划支付日期 应付时间", listed=True),
        _date("paid_on", "支付日期", "付款日期 支付时间", listed=True),
        _money("paid_amount", "已付金额", "已支付 实付金额 已支付金额", listed=True, known_on="paid_on"),
    ),
    (("project", "seq"),),
    dated="due_on",
)

ACTIVITY = Record(
    "activity",
    "服务记录",
    (
        _project(),
        _field("title", "活动名称", "活动主题 服务内容", required=True),
        _date("held_on", "活动日期", "活动时间 服务日期 日期", required=True),
        _field("place", "活动地点", "地点 服务地点", listed=True),
        _count("people", "服务人次", "参加人数 人数 参与人次", listed=True),
    ),
    (("project", "held_on", "title"),),
    dated="held_on",
)

REVIEW = Record(
    "review",
    "检查评估验收",
    (
        _project(),
        _choice("kind", "检查类别", "评估类别 类别 评估类型", required=True, codelist="review_kind"),
        _date("held_on", "评估日期", "验收日期 检查日期 日期", required=True),
        _field("score", "得分", "绩效得分 评分 满意度", Kind.DECIMAL, listed=True),
        _field("conclusion", "评估结论", "结论 验收结论 评估等次", listed=True),
        _field("reviewer", "评估机构", "评估单位 验收人 检查人"),
        _field("note", "备注", "说明", private=True),
    ),
    (("project", "kind", "held_on"),),
    dated="held_on",
)

FINDING = Record(
    "finding",
    "监督发现",
    (
        _field("number", "发现编号", "编号 问题编号", required=True),
        _org("责任单位 被检查单位 检查对象"),
        _field("project", "项目", "项目编号", Kind.PROJECT),
        _date("found_on", "发现日期", "检查时间 检查日期 发现时间", required=True),
        _choice("channel", "监督渠道", "监督方式 检查类型 监督类型", required=True, listed=False),
        _field("source", "线索来源", "来源 检查方式 问题来源"),
        _field("category", "问题类别", "检查内容 问题类型"),
        _choice("severity", "严重程度", "程度 等级", required=True),
        _field("fact", "发现事实", "发现问题 存在问题 问题描述 问题", required=True),
        _field("clause", "依据条款", "依据 条款"),
        _field("notice_no", "整改通知书文号", "通知书文号 整改通知书编号"),
        _field("requirement", "整改要求", "整改措施 要求"),
        _date("due_on", "整改期限", "整改时限 完成时限", listed=True, closing=True),
        _date("rectified_on", "整改完成日期", "完成日期 整改日期"),
        _date("verified_on", "核验日期", "销号日期 复查日期"),
        _field("result", "整改结果", "整改情况 处理结果", known_on="rectified_on"),
    ),
    (("number",), ("org", "notice_no"), ("org", "found_on", "fact")),
    dated="found_on",
    numbered="F",
    derived=(Field("state", "整改状态", listed=True),),
    withheld="含未核实的线索和反映人信息；检查结论由办公室另行公示",
)
# severities that by themselves ask for nothing to be put right
NO_RECTIFICATION = ("表扬", "提示")

DOCUMENT = Record(
    "document",
    "佐证材料",
    (
        _field("subject", "所属记录", required=True),
        _field("title", "材料名称", required=True),
        _field("kind", "材料类别", listed=True),
        _field("filename", "文件名", listed=True),
        _field("sha256", "校验值"),
        _count("size", "字节数", listed=True),
    ),
    (("subject", "sha256"),),
    dated="created_at",
    withheld="材料可能含个人信息，须逐份审核",
    personal=True,
)

_ALL = (
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

RECORDS: dict[str, Record] = {record.noun: record for record in _ALL}

# Every record also has these; they are kept by the store and cannot be set.
ID = Field("id", "序号", Kind.COUNT)
CREATED_AT = Field("created_at", "录入时间")
UPDATED_AT = Field("updated_at", "更新时间")
