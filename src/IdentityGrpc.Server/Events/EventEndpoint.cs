using System.Buffers;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Events;
using IdentityGrpc.Feishu.Tokens;

namespace IdentityGrpc.Server.Events;

/// <summary>
/// <c>POST /feishu/events/{app}</c> (design §8): verify, apply, publish, then answer 200. Whatever is not certain to have reached every
/// replica is answered with an error, so that the platform sends it again.
/// </summary>
internal sealed class EventEndpoint(EventReaders readers, ChangeMaker maker, ChangeIntake intake, IAppTickets tickets, EventTelemetry telemetry, TimeProvider time)
{
    private const int MostAtOnce = 64, FirstBuffer = 64 << 10;

    // The platform waits 3 s for an answer, with 1 s for a challenge, which waits for nothing but its own bytes.
    private static readonly TimeSpan s_answerWithin = TimeSpan.FromSeconds(2.5);

    private int _underWay;

    /// <summary>Serves a post.</summary>
    public async Task ServeAsync(HttpContext context, string app)
    {
        if (readers.Find(app) is not { } found)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        try
        {
            // Posts wait in memory; anybody may send them.
            if (Interlocked.Increment(ref _underWay) > MostAtOnce) Refuse(context, found.App, "busy", StatusCodes.Status503ServiceUnavailable);
            else await ServeAsync(context, found.App, found.Reader);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task ServeAsync(HttpContext context, App app, EventReader reader)
    {
        using var patience = new CancellationTokenSource(s_answerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            var body = await ReadAsync(context.Request, either.Token);
            var headers = context.Request.Headers;
            var post = body is null ? new EventPost.Refused(EventRefusal.TooLarge)
                : reader.Read(body.WrittenSpan, new(headers["X-Lark-Request-Timestamp"], headers["X-Lark-Request-Nonce"], headers["X-Lark-Signature"]));
            await TakeAsync(context, app, post, either.Token);
        }
        catch (ChangeBusException e)
        {
            telemetry.NotPublished(app.Name, e);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            Refuse(context, app, "timeout", StatusCodes.Status500InternalServerError);
        }
        catch (BadHttpRequestException e)
        {
            Refuse(context, app, "broken", e.StatusCode);
        }
    }

    private async Task TakeAsync(HttpContext context, App app, EventPost post, CancellationToken cancellation)
    {
        switch (post)
        {
            case EventPost.Refused refused:
                Refuse(context, app, refused.Refusal.ToString(), refused.Refusal.Status());
                return;
            case EventPost.Challenge challenge:
                telemetry.Taken(app.Name, "challenge");
                await context.Response.WriteAsJsonAsync(new EventAnswer { Challenge = challenge.Echo }, EventJsonContext.Default.EventAnswer, cancellationToken: cancellation);
                return;
            case EventPost.AppTicket ticket:
                await tickets.PutAsync(app.Id, ticket.Reveal(), cancellation);
                telemetry.Taken(app.Name, "app_ticket");
                break;
            case EventPost.Directory directory:
                await intake.TakeAsync(maker.Make(directory.Change), cancellation);
                telemetry.Taken(app.Name, directory.Change.Kind.ToString());
                break;
            default:
                telemetry.Taken(app.Name, "other");
                break;
        }
        await context.Response.WriteAsJsonAsync(new EventAnswer { Msg = "success" }, EventJsonContext.Default.EventAnswer, cancellationToken: cancellation);
    }

    private void Refuse(HttpContext context, App app, string why, int status)
    {
        telemetry.Refused(app.Name, why, status);
        context.Response.StatusCode = status;
    }

    // Null: too large.
    private static async Task<ArrayBufferWriter<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > EventReader.MaxBodyBytes) return null;
        var body = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 0, FirstBuffer) + 1);
        while (body.WrittenCount <= EventReader.MaxBodyBytes)
        {
            int read = await request.Body.ReadAsync(body.GetMemory(1), cancellation);
            if (read == 0) return body;
            body.Advance(read);
        }
        return null;
    }
}
