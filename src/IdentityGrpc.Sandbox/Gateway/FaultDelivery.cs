using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>Spoils an answer as its plan says.</summary>
internal static class FaultDelivery
{
    private const int DripBytes = 16, StandardDripMs = 100;

    public static async Task DeliverAsync(HttpContext http, FaultPlan plan, byte[] answer, string logId, TimeProvider time)
    {
        var cancellation = http.RequestAborted;
        if (plan.Latency > TimeSpan.Zero)
        {
            await Task.Delay(plan.Latency, time, cancellation);
        }

        switch (plan.Fault)
        {
            case null:
                await SendAsync(http, answer);
                break;
            case { Kind: FaultKind.Status or FaultKind.Code } fault:
                await SendErrorAsync(http, fault, logId);
                break;
            case { Kind: FaultKind.Truncate }:
                await SendAsync(http, answer.AsMemory(0, answer.Length / 2));
                break;
            case { Kind: FaultKind.Malformed } fault:
                await SendMalformedAsync(http, fault);
                break;
            case { Kind: FaultKind.Reset } fault:
                await ResetAsync(http, fault, answer);
                break;
            case { Kind: FaultKind.Drip } fault:
                await DripAsync(http, fault, answer, time);
                break;
            case { Kind: FaultKind.Silence } fault:
                await Task.Delay(fault.LatencyMs > 0 ? TimeSpan.FromMilliseconds(fault.LatencyMs) : Timeout.InfiniteTimeSpan, time, cancellation);
                http.Abort();
                break;
            case var fault:
                throw new InvalidOperationException($"Fault kind {fault.Kind} has no delivery.");
        }
    }

    private static async Task SendErrorAsync(HttpContext http, Fault fault, string logId)
    {
        var code = fault.Code ?? (fault.Status == 429 ? 99991400 : 2200);
        var error = new ApiError(fault.Status ?? Errors.UsualStatus(code), code, Errors.UsualMessage(code));
        http.Response.StatusCode = error.Status;
        if (fault.ResetSeconds is { } reset)
        {
            http.Response.Headers["x-ogw-ratelimit-limit"] = "100";
            http.Response.Headers["x-ogw-ratelimit-reset"] = reset.ToString(CultureInfo.InvariantCulture);
        }

        var buffer = ResponseBuffer.OfThisThread();
        Envelope.WriteError(buffer.Writer, error, logId, "");
        await SendAsync(http, buffer.Written.ToArray());
    }

    private static Task SendMalformedAsync(HttpContext http, Fault fault)
    {
        http.Response.StatusCode = fault.Status ?? (fault.Body == "html" ? StatusCodes.Status502BadGateway : StatusCodes.Status200OK);
        if (fault.Body == "html")
        {
            http.Response.ContentType = "text/html";
        }

        return SendAsync(http, Encoding.UTF8.GetBytes(fault.Body switch
        {
            "html" => "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
            "empty" => "",
            _ => "{\"code\":0,\"data\":{\"items\":[{\"open_id\":}],\"msg\":success",
        }));
    }

    private static async Task ResetAsync(HttpContext http, Fault fault, byte[] answer)
    {
        if (fault.InBody && http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            // Past the server: what it buffers would be dropped by the reset, and the half body would never be seen.
            var head = string.Create(CultureInfo.InvariantCulture,
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {answer.Length}\r\n\r\n");
            await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. answer.AsSpan(0, answer.Length / 2)], SocketFlags.None, http.RequestAborted);
        }

        http.Abort();
    }

    private static async Task DripAsync(HttpContext http, Fault fault, byte[] answer, TimeProvider time)
    {
        http.Response.ContentLength = answer.Length;
        var pause = TimeSpan.FromMilliseconds(fault.LatencyMs > 0 ? fault.LatencyMs : StandardDripMs);
        for (var sent = 0; sent < answer.Length; sent += DripBytes)
        {
            await http.Response.Body.WriteAsync(answer.AsMemory(sent, Math.Min(DripBytes, answer.Length - sent)), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(pause, time, http.RequestAborted);
        }
    }

    private static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
