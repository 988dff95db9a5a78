using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Faults;

/// <summary><c>ResolveByContact</c> of 50 contacts in all ids: a call of <c>batch_get_id</c>, then one of <c>users/batch</c>.</summary>
internal sealed class ResolveProbe : IProbe
{
    public string Name => "resolve";

    public string Api => "POST /open-apis/contact/v3/users/batch_get_id";

    public int Turns => 1;

    public async Task<Received> AskAsync(RunningServer server, People people, WrongKeys wrong, CancellationToken cancellation)
    {
        var keys = people.Contacts(wrong.Count);
        var request = new ResolveByContactRequest { App = Bed.App, Contacts = { keys.Select(k => k.Text) }, Freshness = Ask.Platform };
        try
        {
            var answer = await server.Identity.ResolveByContactAsync(request, Ask.Options(cancellation));
            return AnswerCheck.Judge(keys, answer.Resolutions, r => (r.Identity, r.Unresolved));
        }
        catch (RpcException failure)
        {
            return Received.Of(failure);
        }
    }
}

/// <summary><c>ConvertId</c> of 50 open_ids in all ids: a call of <c>users/batch</c>.</summary>
internal sealed class ConvertProbe : IProbe
{
    public string Name => "convert";

    public string Api => "GET /open-apis/contact/v3/users/batch";

    public int Turns => 1;

    public Task<Received> AskAsync(RunningServer server, People people, WrongKeys wrong, CancellationToken cancellation) =>
        AskAsync(server, people.OpenIds(wrong.Count, wrong.OfAnotherApp), cancellation);

    public static async Task<Received> AskAsync(RunningServer server, IReadOnlyList<Key<string>> keys, CancellationToken cancellation)
    {
        var request = new ConvertIdRequest { App = Bed.App, Ids = { keys.Select(k => k.Text) }, Freshness = Ask.Platform };
        try
        {
            var answer = await server.Identity.ConvertIdAsync(request, Ask.Options(cancellation));
            return AnswerCheck.Judge(keys, answer.Conversions, c => (c.Identity, c.Unresolved));
        }
        catch (RpcException failure)
        {
            return Received.Of(failure);
        }
    }
}

/// <summary>How questions are asked.</summary>
internal static class Ask
{
    /// <summary>Past all caches.</summary>
    public static Freshness Platform => new() { MaxAge = new Duration() };

    public static CallOptions Options(CancellationToken cancellation) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Bed.Patience, cancellationToken: cancellation);
}
