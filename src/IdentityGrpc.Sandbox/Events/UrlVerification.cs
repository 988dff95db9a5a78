using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityGrpc.Sandbox.Events;

/// <summary>The challenge that a new webhook must echo within a second (reference §7.4, point 5); it is never signed.</summary>
internal static class UrlVerification
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    /// <summary>Says why the webhook did not pass; null when it did.</summary>
    public static async Task<string?> VerifyAsync(Subscription subscription, HttpClient http, TimeProvider time, CancellationToken cancellation)
    {
        var challenge = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var plain = Encoding.UTF8.GetBytes($"{{\"challenge\":\"{challenge}\",\"token\":\"{JsonEncodedText.Encode(subscription.Token)}\",\"type\":\"url_verification\"}}");
        using var request = new HttpRequestMessage(HttpMethod.Post, subscription.Url)
        {
            Content = new ByteArrayContent(subscription.EncryptKey is { } key ? EventSeal.Encrypt(plain, key) : plain),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        using var patience = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            if ((int)response.StatusCode != 200)
            {
                return $"url: the challenge was answered with status {(int)response.StatusCode} instead of 200.";
            }

            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(either.Token), cancellationToken: either.Token);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("challenge", out var echo)
                && echo.ValueKind == JsonValueKind.String && echo.GetString() == challenge
                ? null
                : "url: the answer does not echo the challenge.";
        }
        catch (JsonException)
        {
            return "url: the challenge was not answered with JSON.";
        }
        catch (HttpRequestException e)
        {
            return $"url: the challenge could not be sent ({e.HttpRequestError}).";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "url: the challenge was not answered within a second.";
        }
    }
}
