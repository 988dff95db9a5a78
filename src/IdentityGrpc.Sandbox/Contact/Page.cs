using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Contact;

/// <summary>One page of a list: where it starts, how much it holds, and the token that goes on.</summary>
internal readonly struct Page(ApiCall call, ulong query, int after, int size)
{
    /// <summary>The number after which the page starts; -1 at the beginning.</summary>
    public int After => after;

    public int Size => size;

    /// <summary>Reads size and token; <paramref name="body"/> is what the query says beside its parameters.</summary>
    public static ApiError? Read(ApiCall call, int standard, int most, out Page page, string body = "")
    {
        page = default;
        if (call.ReadPageSize(standard, most, out var size) is { } invalid)
        {
            return invalid;
        }

        var query = Hash.Of(body, Fingerprint(call));
        var error = call.Platform.PageTokens.Read(call.Query("page_token"), query, out var after);
        page = new Page(call, query, after, size);
        return error;
    }

    /// <summary>Ends the list: <c>has_more</c>, and <c>page_token</c> only when there is more (U15).</summary>
    public void WriteEnd(bool hasMore, int last)
    {
        call.Writer.WriteBoolean("has_more"u8, hasMore);
        if (hasMore)
        {
            call.Writer.WriteString("page_token"u8, call.Platform.PageTokens.Write(query, last));
        }
    }

    // What the query is, apart from the page: the same whatever the order of its parameters.
    private static ulong Fingerprint(ApiCall call)
    {
        var fingerprint = Hash.Mix((ulong)call.Api.Index, ((ulong)call.App.Index << 32) | (uint)call.Tenant.Index);
        foreach (var (name, values) in call.Parameters)
        {
            if (name is not ("page_token" or "page_size"))
            {
                fingerprint += Hash.Of(values.ToString(), Hash.Of(name));
            }
        }

        return Hash.Mix(fingerprint, (ulong)(call.Grant!.User + 1));
    }
}
