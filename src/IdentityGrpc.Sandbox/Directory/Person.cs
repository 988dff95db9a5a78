using System.Globalization;

namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// One user of one tenant. Nothing is stored for a person whom nobody changed: every property is a formula of the index, and
/// an edit, where there is one, takes its place.
/// </summary>
internal readonly struct Person(Tenant tenant, int index, PersonEdit? edit)
{
    public Tenant Tenant => tenant;

    public int Index => index;

    public PersonEdit? Edit => edit;

    public string Name => edit is null ? MadeName.Of(NameHash).Name : edit.Name;

    public string EnName => edit is null ? MadeName.Of(NameHash).EnName : edit.EnName;

    public string UserId => edit is null ? tenant.UserIds.Write(index, MadeName.LatinOf(NameHash).Given) : edit.UserId;

    public UserStatus Status => edit?.Status ?? MadeStatus(index);

    public bool IsResigned => Status == UserStatus.Resigned;

    /// <summary>The login e-mail, which resolves; one person in ten has none.</summary>
    public string? Email => edit is null ? MadeEmail() : edit.Email;

    /// <summary>The business mailbox, which never resolves (R26); one person in four has one.</summary>
    public string? EnterpriseEmail => edit is not null ? edit.EnterpriseEmail : index % 4 == 1 ? EmailAt("corp." + tenant.Domain) : null;

    /// <summary>In E.164; one person in ten has none.</summary>
    public string? Mobile => edit is not null ? edit.Mobile : HasMobile(index) ? tenant.Contacts.Mobile(tenant.NumberOf(index)) : null;

    public int[] Departments => edit is null ? tenant.MadeDepartments(index) : edit.Departments;

    public string JobTitle => edit?.JobTitle ?? JobTitles[Draw(0x4A) % (ulong)JobTitles.Length];

    public string EmployeeNo => string.Create(CultureInfo.InvariantCulture, $"E-{index + 1:D6}");

    public int Gender => (int)(Draw(0x47) % 4);

    /// <summary>1 regular, 2 intern, 3 outsourced, 4 contractor, 5 consultant.</summary>
    public int EmployeeType => 1 + (int)(Draw(0x45) % 5);

    /// <summary>Seconds since 1970.</summary>
    public long JoinTime => 1_420_070_400 + (long)(Draw(0x54) % 315_360_000);

    /// <summary>The index of this person's leader; the first person of a tenant leads and has none.</summary>
    public int? Leader => index == 0 ? null : (int)(Draw(0x4C) % (ulong)Math.Min(index, tenant.MadeCount == 0 ? index : tenant.MadeCount));

    public ulong Draw(ulong purpose) => Hash.Mix(tenant.Seed ^ (purpose << 32), (ulong)index);

    public static bool HasMobile(int index) => index % 10 != 6;

    public static bool HasEmail(int index) => index % 10 != 8;

    /// <summary>About 5 % resigned and a few frozen, unjoined and exited, at fixed places, so that even 200 people hold all of them.</summary>
    public static UserStatus MadeStatus(int index) =>
        index % 20 == 13 ? UserStatus.Resigned
        : index % 97 == 5 ? UserStatus.Frozen
        : index % 89 == 8 ? UserStatus.Unjoined
        : index % 83 == 11 ? UserStatus.Exited
        : UserStatus.Activated;

    private static readonly string[] JobTitles = ["Engineer", "设计师", "Analyst", "Manager", "Researcher", "销售"];

    private ulong NameHash => tenant.Contacts.NameHash(tenant.NumberOf(index));

    private string? MadeEmail()
    {
        var number = tenant.NumberOf(index);
        return HasEmail(index) ? EmailAt(tenant.DomainOf(number), number) : null;
    }

    private string EmailAt(string domain) => EmailAt(domain, tenant.NumberOf(index));

    private string EmailAt(string domain, int number)
    {
        Span<char> buffer = stackalloc char[128];
        return new string(buffer[..tenant.Contacts.WriteEmail(number, domain, buffer)]);
    }
}
