using System.Globalization;
using System.Text;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Contacts;

/// <summary>Builds a path with its query, everything in it percent-encoded.</summary>
internal sealed class UrlBuilder(string path)
{
    /// <summary>The largest page of the contact APIs (reference §3.2).</summary>
    public const int PageSize = 50;

    private readonly StringBuilder _url = new(path);
    private char _separator = '?';

    /// <summary>Adds a segment to the path.</summary>
    public UrlBuilder Segment(string segment)
    {
        _url.Append('/').Append(Uri.EscapeDataString(segment));
        return this;
    }

    /// <summary>Adds a parameter; the same name may be added again.</summary>
    public UrlBuilder Query(string name, string value)
    {
        _url.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    /// <summary>Says in which kinds ids are sent and wanted.</summary>
    public UrlBuilder Types(IdType ids, DepartmentIdType departments) =>
        Query("user_id_type", PlatformNames.Of(ids)).Query("department_id_type", PlatformNames.Of(departments));

    /// <summary>Says which page is wanted.</summary>
    public UrlBuilder Page(int size, string? token)
    {
        Query("page_size", size.ToString(CultureInfo.InvariantCulture));
        return token is null ? this : Query("page_token", token);
    }

    public override string ToString() => _url.ToString();
}
