using Google.Protobuf;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Output;

/// <summary>The columns of a department's member.</summary>
internal static class MemberColumns
{
    private static readonly Column<Member>[] s_profile =
    [
        new("name", member => IdentityColumns.Text(member.Profile?.Name)),
        new("en_name", member => IdentityColumns.Text(member.Profile?.EnName)),
        new("email", member => IdentityColumns.Text(member.Profile?.Email)),
        new("mobile", member => IdentityColumns.Text(member.Profile?.Mobile)),
        new("enterprise_email", member => IdentityColumns.Text(member.Profile?.EnterpriseEmail)),
        new("employee_no", member => IdentityColumns.Text(member.Profile?.EmployeeNo)),
        new("job_title", member => IdentityColumns.Text(member.Profile?.JobTitle)),
        new("leader_open_id", member => IdentityColumns.Text(member.Profile?.LeaderOpenId)),
        new("custom_attributes", member => (member.Profile?.CustomAttributes ?? []).Select(attribute => JsonFormatter.Default.Format(attribute)).ToArray()),
    ];

    /// <summary>The columns for programs.</summary>
    public static IReadOnlyList<Column<Member>> All(bool withProfile) =>
    [
        .. IdentityColumns.For<Member>(member => member.Identity),
        new("missing_scopes", member => IdentityColumns.ScopesOf(member.Identity)),
        new("department_ids", member => member.DepartmentIds.ToArray()),
        .. withProfile ? s_profile : [],
    ];

    /// <summary>The columns for people: what was asked for.</summary>
    public static IReadOnlyList<Column<Member>> ForTable(IReadOnlyCollection<string> fields, bool withProfile) =>
    [
        .. (withProfile ? s_profile : []).Where(column => column.Name is "name" or "email" or "mobile"),
        .. All(withProfile: false).Where(column => fields.Contains(column.Name) || column.Name is "department_ids"),
    ];
}
