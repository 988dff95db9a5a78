using System.Text.Json;
using IdentityGrpc.Sandbox.Gateway;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>The sandbox's own API (design §9): the truth for tests, and the knobs. The platform has nothing like it.</summary>
internal static class ControlApi
{
    public static void Map(IEndpointRouteBuilder routes, Platform platform)
    {
        Get(routes, "apps", (_, writer) => AppTruth.Write(writer, platform));
        Get(routes, "users", (http, writer) => UserTruth.Write(writer, http.Request.Query, platform));
        Get(routes, "departments", (http, writer) => DepartmentTruth.Write(writer, http.Request.Query, platform));
        Get(routes, "stats", (_, writer) => StatsReport.Write(writer, platform));
    }

    private static void Get(IEndpointRouteBuilder routes, string name, Func<HttpContext, Utf8JsonWriter, string?> write) =>
        routes.MapMethods("/sandbox/v1/" + name, ["GET"], http => AnswerAsync(http, write));

    private static async Task AnswerAsync(HttpContext http, Func<HttpContext, Utf8JsonWriter, string?> write)
    {
        var answer = ResponseBuffer.OfThisThread();
        if (write(http, answer.Writer) is { } mistake)
        {
            answer.Clear();
            answer.Writer.WriteStartObject();
            answer.Writer.WriteString("error"u8, mistake);
            answer.Writer.WriteEndObject();
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        var written = answer.Written;
        http.Response.ContentLength = written.Length;
        System.Buffers.BuffersExtensions.Write(http.Response.BodyWriter, written);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
