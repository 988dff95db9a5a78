using System.Net;
using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Feishu.Http;

/// <summary>A body that tells its permit when it is written, which is when the call has found its connection.</summary>
internal sealed class SentContent(byte[] body, Permit permit) : ByteArrayContent(body)
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        permit.Sent();
        return base.SerializeToStreamAsync(stream, context, cancellationToken);
    }
}
