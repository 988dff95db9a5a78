using System.Buffers;
using System.Text.Json;
using IdentityGrpc.Sandbox.Directory;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>
/// The sandbox's own API (design §9): the truth for tests, and the knobs. The platform has nothing like it. A wrong call is
/// answered 400 with <c>{"errors":[…]}</c>, a missing thing 404, a change that the platform's rules forbid 409.
/// </summary>
internal static class ControlApi
{
    private const string Base = "/sandbox/v1/";

    public static void Map(IEndpointRouteBuilder routes, Platform platform)
    {
        var api = new Mapper(routes, platform);
        api.Read("apps", AppTruth.WriteAll);
        api.Write("PUT", "apps/{name}", AppChanges.Put);
        api.Read("users", UserTruth.WriteAll);
        api.Write("POST", "users", UserChanges.Create);
        api.Write("PATCH", "users/{tenant_key}/{user_id}", UserChanges.Update);
        api.Write("DELETE", "users/{tenant_key}/{user_id}", UserChanges.Remove);
        api.Read("departments", DepartmentTruth.WriteAll);
        api.Write("POST", "departments", DepartmentChanges.Create);
        api.Write("PATCH", "departments/{open_department_id}", DepartmentChanges.Update);
        api.Write("DELETE", "departments/{open_department_id}", DepartmentChanges.Delete);
        api.Read("faults", FaultControl.WriteAll);
        api.Write("PUT", "faults", FaultControl.Add);
        api.Write("DELETE", "faults", FaultControl.Clear);
        api.Read("stats", StatsControl.WriteAll);
        api.Write("DELETE", "stats", StatsControl.Reset);
        api.Read("switches", SwitchControl.WriteAll);
        api.Write("PUT", "switches", SwitchControl.Put);
        api.Write("DELETE", "tokens", TokenControl.Revoke);
        api.Write("POST", "logins", LoginControl.Create);
        api.Read("subscriptions", SubscriptionControl.WriteAll);
        api.WriteAfter(SubscriptionControl.SubscribeAsync, "PUT", "subscriptions/{app}", SubscriptionControl.Write);
        api.Write("DELETE", "subscriptions/{app}", SubscriptionControl.End);
    }

    private sealed class Mapper(IEndpointRouteBuilder routes, Platform platform)
    {
        public void Read(string path, Func<ControlCall, bool> handle) => Map("GET", path, false, handle);

        public void Write(string method, string path, Func<ControlCall, bool> handle) => Map(method, path, true, handle);

        /// <summary>For a call that waits for somebody before it answers.</summary>
        public void WriteAfter(Func<ControlCall, Task> prepare, string method, string path, Func<ControlCall, bool> handle) => Map(method, path, true, handle, prepare);

        private void Map(string method, string path, bool writes, Func<ControlCall, bool> handle, Func<ControlCall, Task>? prepare = null) =>
            routes.MapMethods(Base + path, [method], http => ServeAsync(http, writes, handle, prepare));

        private async Task ServeAsync(HttpContext http, bool writes, Func<ControlCall, bool> handle, Func<ControlCall, Task>? prepare)
        {
            var (body, mistake) = await ReadBodyAsync(http);
            List<string> mistakes = mistake is null ? [] : [mistake];
            if (prepare is not null && mistakes.Count == 0)
            {
                await prepare(new ControlCall(platform, http, body, null, mistakes));
            }

            var answer = ResponseBuffer.OfThisThread();
            var call = new ControlCall(platform, http, body, answer.Writer, mistakes);
            var status = mistakes.Count == 0 ? Run(call, writes, handle) : StatusCodes.Status400BadRequest;
            if (call.Mistakes.Count > 0)
            {
                answer.Clear();
                WriteMistakes(answer.Writer, call.Mistakes);
            }

            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json; charset=utf-8";
            var written = answer.Written;
            http.Response.ContentLength = written.Length;
            http.Response.BodyWriter.Write(written);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }

        private int Run(ControlCall call, bool writes, Func<ControlCall, bool> handle)
        {
            try
            {
                var found = platform.Company.Guard(writes, call, handle);
                return call.Mistakes.Count == 0 ? StatusCodes.Status200OK : found ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
            }
            catch (RefusedChangeException e)
            {
                call.Mistakes.Add(e.Message);
                return StatusCodes.Status409Conflict;
            }
        }
    }

    private static async Task<(JsonElement Body, string? Mistake)> ReadBodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or 0 && http.Request.Headers.TransferEncoding.Count == 0)
        {
            return (default, null);
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return (document.RootElement.Clone(), null);
        }
        catch (JsonException e)
        {
            return (default, $"The body is not JSON: {e.Message}");
        }
    }

    private static void WriteMistakes(Utf8JsonWriter writer, List<string> mistakes)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("errors"u8);
        foreach (var mistake in mistakes)
        {
            writer.WriteStringValue(mistake);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
