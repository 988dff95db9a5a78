using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>Calls of the service, a key at a time.</summary>
public partial class RuleServer
{
    /// <summary>Asks the platform, whatever is cached.</summary>
    public static Freshness Fresh => new() { MaxAge = new Duration() };

    /// <summary>Resolves an e-mail or a mobile for all three ids, unless the request is changed.</summary>
    public async Task<Resolution> ResolveAsync(string app, string contact, Action<ResolveByContactRequest>? change = null)
    {
        var request = new ResolveByContactRequest { App = app, Contacts = { contact.Contains('@') ? new Contact { Email = contact } : new Contact { Mobile = contact } } };
        change?.Invoke(request);
        return (await _running.Identity.ResolveByContactAsync(request, cancellationToken: Stop)).Resolutions.Single();
    }

    /// <summary>Converts an id into all three, unless the request is changed.</summary>
    public async Task<Conversion> ConvertAsync(string app, string id, Action<ConvertIdRequest>? change = null) => (await ConvertAllAsync(app, [id], change)).Single();

    /// <inheritdoc cref="ConvertAsync"/>
    public async Task<IReadOnlyList<Conversion>> ConvertAllAsync(string app, IEnumerable<string> ids, Action<ConvertIdRequest>? change = null)
    {
        var request = new ConvertIdRequest { App = app, Ids = { ids } };
        change?.Invoke(request);
        var response = await _running.Identity.ConvertIdAsync(request, cancellationToken: Stop);
        Assert.Equal(request.Ids.Count, response.Conversions.Count);
        return response.Conversions;
    }

    /// <summary>The open_ids of all members that a walk sends, in rising order.</summary>
    public async Task<IReadOnlyList<string>> WalkAsync(string app, string department, Action<StreamDepartmentMembersRequest>? change = null)
    {
        var request = new StreamDepartmentMembersRequest { App = app, DepartmentId = department, IdTypes = { IdType.OpenId } };
        change?.Invoke(request);
        using var call = _running.Identity.StreamDepartmentMembers(request, cancellationToken: Stop);
        var messages = await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop);
        return [.. messages.SelectMany(m => m.Members).Select(m => m.Identity.OpenId).Order(StringComparer.Ordinal)];
    }
}
