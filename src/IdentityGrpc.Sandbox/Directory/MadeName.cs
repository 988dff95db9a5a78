namespace IdentityGrpc.Sandbox.Directory;

/// <summary>The name of a made person: as written in their own script and in Latin letters.</summary>
internal readonly record struct MadeName(string Name, string LatinGiven, string LatinFamily)
{
    public string EnName => $"{LatinGiven} {LatinFamily}";

    private sealed record Script(bool FamilyFirst, string Separator, string[] Families, string[] LatinFamilies, string[] Givens, string[] LatinGivens);

    private static readonly Script[] Scripts =
    [
        new(true, "", ["王", "李", "张", "刘", "陈", "欧阳"], ["Wang", "Li", "Zhang", "Liu", "Chen", "Ouyang"],
            ["伟", "秀英", "雷", "敏", "梅", "子轩"], ["Wei", "Xiuying", "Lei", "Min", "Mei", "Zixuan"]),
        new(false, " ", ["Lovelace", "Hopper", "Noether", "Müller", "O'Neill", "García"], ["Lovelace", "Hopper", "Noether", "Mueller", "Oneill", "Garcia"],
            ["Ada", "Grace", "Emmy", "Jürgen", "Zoë", "José"], ["Ada", "Grace", "Emmy", "Juergen", "Zoe", "Jose"]),
        new(true, " ", ["佐藤", "鈴木", "高橋", "田中"], ["Sato", "Suzuki", "Takahashi", "Tanaka"],
            ["さくら", "陽翔", "ケンジ", "美咲"], ["Sakura", "Haruto", "Kenji", "Misaki"]),
        new(true, "", ["김", "이", "박", "최"], ["Kim", "Lee", "Park", "Choi"],
            ["민준", "서연", "지후", "하은"], ["Minjun", "Seoyeon", "Jihu", "Haeun"]),
        new(false, " ", ["Иванов", "Смирнова", "Кузнецов", "Попова"], ["Ivanov", "Smirnova", "Kuznetsov", "Popova"],
            ["Алексей", "Мария", "Дмитрий", "Анна"], ["Aleksei", "Mariya", "Dmitri", "Anna"]),
        new(false, " ", ["الفارسي", "حداد", "منصور"], ["Alfarsi", "Haddad", "Mansour"],
            ["ليلى", "عمر", "يوسف"], ["Layla", "Omar", "Yusuf"]),
        new(false, " ", ["शर्मा", "पटेल", "सिंह"], ["Sharma", "Patel", "Singh"],
            ["अनन्या", "अर्जुन", "प्रिया"], ["Ananya", "Arjun", "Priya"]),
    ];

    public static MadeName Of(ulong hash)
    {
        var (script, family, given) = Draw(hash);
        var name = script.FamilyFirst
            ? script.Families[family] + script.Separator + script.Givens[given]
            : script.Givens[given] + script.Separator + script.Families[family];
        return new(name, script.LatinGivens[given], script.LatinFamilies[family]);
    }

    /// <summary>The Latin names alone: contacts are looked up far more often than names are shown.</summary>
    public static (string Given, string Family) LatinOf(ulong hash)
    {
        var (script, family, given) = Draw(hash);
        return (script.LatinGivens[given], script.LatinFamilies[family]);
    }

    // Half of the people write Chinese, a fifth Latin, the rest one of the other scripts.
    private static (Script Script, int Family, int Given) Draw(ulong hash)
    {
        var draw = (int)(hash % 100);
        var script = draw < 50 ? Scripts[0] : draw < 70 ? Scripts[1] : Scripts[2 + (draw % (Scripts.Length - 2))];
        return (script, (int)((hash >> 16) % (ulong)script.Families.Length), (int)((hash >> 32) % (ulong)script.Givens.Length));
    }
}
