using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Rpc;

/// <summary>The answer for one key, of either lookup.</summary>
/// <param name="Identity">The person, or null.</param>
/// <param name="Unresolved">Why there is none, or null.</param>
/// <param name="Provenance">Where the answer came from.</param>
internal sealed record Answer(Identity? Identity, Unresolved? Unresolved, Provenance? Provenance)
{
    /// <summary>Of a contact.</summary>
    public static Answer Of(Resolution resolution) => new(resolution.Identity, resolution.Unresolved, resolution.Provenance);

    /// <summary>Of an identifier.</summary>
    public static Answer Of(Conversion conversion) => new(conversion.Identity, conversion.Unresolved, conversion.Provenance);
}
