"""Columns that every kind with a place shares: who it is, where it is."""

from django.utils.translation import gettext_lazy as _

from infra.submissions.columns.declaration import Column, Type

ORDINAL = Column("ordinal", Type.IGNORED, "STT", "No.", ("tt", "stt", "so tt", "so thu tu", "no", "order", "#"))
NOTE = Column("note", Type.IGNORED, "Ghi chú", "Note", ("ghi chu", "notes", "remark", "remarks", "dien giai"))

REGISTRY_NUMBER = Column(
    "registry_number",
    Type.TEXT,
    "Số đăng ký",
    "Registry number",
    ("so dang ky", "ma so dang ky", "so ho so", "registry no"),
    max_length=32,
    example="HYN-B-000123",
    field="installation.registry_number",
    note=_("Given by the authority. Leave it empty for what is new."),
)

PLACE = (
    Column(
        "address",
        Type.TEXT,
        "Địa chỉ",
        "Address",
        ("dia chi lap dat", "dia chi tram", "dia diem", "dia diem lap dat", "vi tri lap dat", "noi lap dat", "so nha"),
        max_length=255,
        example="thôn Phú Lạc",
        field="site.address",
    ),
    Column(
        "unit",
        Type.UNIT,
        "Xã/Phường",
        "Commune",
        (
            "xa phuong",
            "xa",
            "phuong",
            "phuong xa",
            "xa phuong thi tran",
            "phuong xa thi tran",
            "xa p",
            "ten xa",
            "ten xa phuong",
            "don vi hanh chinh",
            "dvhc",
            "dvhc cap xa",
            "commune ward",
            "ward",
            "ward commune",
            "ma xa",
            "commune code",
            "xa phuong dac khu",
        ),
        max_length=255,
        example="Xã Thái Thụy",
        field="site.declared_unit",
        note=_("Name or code. Names from before 1 July 2025 are understood and replaced."),
    ),
    Column(
        "district",
        Type.TEXT,
        "Quận/Huyện",
        "Former district",
        (
            "quan huyen",
            "huyen",
            "quan",
            "huyen tp",
            "huyen thanh pho",
            "quan huyen tp",
            "quan huyen thi xa",
            "district",
        ),
        max_length=120,
        note=_("Only for names from before 1 July 2025."),
    ),
    Column(
        "province",
        Type.TEXT,
        "Tỉnh/Thành phố",
        "Province",
        ("tinh", "tinh tp", "tinh thanh", "tinh thanh pho", "thanh pho"),
        max_length=120,
    ),
    Column(
        "longitude",
        Type.COORDINATE,
        "Kinh độ",
        "Longitude",
        (
            "kinh do",
            "kinh do e",
            "kinh do wgs84",
            "long",
            "lon",
            "lng",
            "kd",
            "toa do kinh do",
            "kinh do dong",
            "longtitude",
        ),
        example="106.590314",
        note=_("Degrees, decimal or with minutes and seconds; at least five decimals."),
    ),
    Column(
        "latitude",
        Type.COORDINATE,
        "Vĩ độ",
        "Latitude",
        ("vi do", "vi do n", "lat", "vd", "toa do vi do", "vi do bac", "lattitude"),
        example="20.562468",
        note=_("Degrees, decimal or with minutes and seconds; at least five decimals."),
    ),
    Column(
        "x",
        Type.COORDINATE,
        "Tọa độ X",
        "X",
        ("toa do x", "x", "x m", "x vn2000", "toa do x vn2000", "toa do vn2000 x", "northing", "vn2000 x", "vn 2000 x", "tung do"),
        example="2274897.30",
        note=_("VN-2000 or UTM in metres. X is the northing; the other order is recognised by its size."),
    ),
    Column(
        "y",
        Type.COORDINATE,
        "Tọa độ Y",
        "Y",
        ("toa do y", "y", "y m", "y vn2000", "toa do y vn2000", "toa do vn2000 y", "easting", "vn2000 y", "vn 2000 y", "hoanh do"),
        example="613485.04",
        note=_("VN-2000 or UTM in metres. Y is the easting; the other order is recognised by its size."),
    ),
    Column(
        "position",
        Type.COORDINATE,
        "Tọa độ",
        "Coordinates",
        ("toa do", "lat long", "lat lon", "latlong", "long lat", "kinh do vi do", "vi do kinh do", "gps"),
        example="20.562468, 106.590314",
        note=_("Both coordinates in one cell, instead of two columns."),
    ),
)

POINT = (("longitude", "latitude"), ("x", "y"), ("position",))
LINE = (("line",),)
