using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Holds an answer against an example of the reference: every member of the example is there and of the same kind.</summary>
internal static class Shape
{
    public static void Check(string example, JsonElement actual) => Check(JsonDocument.Parse(example).RootElement, actual, "$");

    private static void Check(JsonElement example, JsonElement actual, string path)
    {
        Assert.True(Kind(example) == Kind(actual), $"{path}: the example has {example.ValueKind}, the answer {actual.ValueKind}.");
        switch (example.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in example.EnumerateObject())
                {
                    Assert.True(actual.TryGetProperty(member.Name, out var value), $"{path}.{member.Name} is missing.");
                    Check(member.Value, value, $"{path}.{member.Name}");
                }

                break;
            case JsonValueKind.Array when example.GetArrayLength() > 0:
                Assert.True(actual.GetArrayLength() > 0, $"{path} is empty.");
                Check(example[0], actual[0], path + "[0]");
                break;
        }
    }

    private static JsonValueKind Kind(JsonElement element) => element.ValueKind == JsonValueKind.False ? JsonValueKind.True : element.ValueKind;
}
