namespace IdentityGrpc.Core.Identifiers;

/// <summary>Makes digests of contacts; all replicas make the same ones.</summary>
public interface IContactDigests
{
    /// <summary>The digest by which answers about the contact are kept for the app.</summary>
    ContactDigest Of(AppTenant scope, Contact contact);

    /// <summary>That one and those by which other replicas may keep answers, while keys are being replaced: what ends must end under all.</summary>
    IEnumerable<ContactDigest> AllOf(AppTenant scope, Contact contact) => [Of(scope, contact)];
}
