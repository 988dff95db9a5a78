using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>
/// The keys of one call of a job. The request is written and the answer read outside of the call: what a program on the
/// same processors takes for that is taken from the service.
/// </summary>
/// <param name="people">Whom to find.</param>
/// <param name="app">Which app asks.</param>
/// <param name="anew">Whether the platform is to be asked, after caches have been looked at in vain.</param>
internal sealed class KeyChunk(IReadOnlyCollection<KnownPerson> people, string app = "default", bool anew = false)
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> s_resolve =
        new(MethodType.Unary, IdentityService.Descriptor.FullName, nameof(IdentityService.IdentityServiceClient.ResolveByContact), s_bytes, s_bytes);

    private readonly byte[] _request = new ResolveByContactRequest
    {
        App = app,
        IdTypes = { IdType.OpenId },
        Contacts = { people.Select(p => new Contact { Email = p.Email }) },
        Freshness = anew ? new() { MaxAge = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) } : null,
    }.ToByteArray();

    private byte[] _answer = [];

    /// <summary>Asks a replica.</summary>
    /// <exception cref="RpcException">It does not answer.</exception>
    public async Task AskAsync(CallInvoker replica, CancellationToken cancellation)
    {
        using var call = replica.AsyncUnaryCall(s_resolve, null, new(cancellationToken: cancellation), _request);
        _answer = await call;
    }

    /// <summary>Keys without their right answer.</summary>
    public int CountMissed()
    {
        var resolutions = ResolveByContactResponse.Parser.ParseFrom(_answer).Resolutions;
        return people.Where((person, i) => i >= resolutions.Count || resolutions[i].Identity?.OpenId != person.OpenId).Count();
    }
}
