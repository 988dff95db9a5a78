using System.CommandLine;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary>The option <c>--id-types</c>.</summary>
internal sealed class IdTypesOption : Option<IdType[]>
{
    /// <summary>The kinds of identifier that can be named.</summary>
    public static readonly IReadOnlyList<IdType> Kinds = [IdType.OpenId, IdType.UnionId, IdType.UserId];

    /// <summary>Makes the option.</summary>
    public IdTypesOption() : base("--id-types")
    {
        Description = "The identifiers wanted, separated by commas; all three by default. Fewer cost less.";
        HelpName = string.Join(',', Kinds.Select(Words.Of));
        CustomParser = result => Words.ParseList(result, Kinds);
    }

    /// <summary>The names of the columns that the answers fill.</summary>
    public IReadOnlyCollection<string> Fields(ParseResult parsed) =>
        [.. (parsed.GetValue(this) is { Length: > 0 } some ? some : Kinds).Select(Words.Of)];
}
