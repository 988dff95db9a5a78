using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Server.Members;
using IdentityGrpc.Server.Operations;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Tests.Operations;

/// <summary>Keys of digests and cursors: the current one is used, those before it are understood (design §6).</summary>
public class KeyTests
{
    private const string Old = "the old key, of thirty-two chars", New = "the new key, of thirty-two chars";
    private static readonly AppTenant s_a = new(new("cli_a"), new("p"), new("t")), s_b = new(new("cli_b"), new("p"), new("t"));
    private static readonly Dictionary<AppId, string> s_secrets = new() { [s_a.App] = "secret of a", [s_b.App] = "secret of b" };

    [Fact]
    public void Cursor_MadeWithTheFormerKey_IsReadUntilThatIsLeftOut()
    {
        string cursor = Codec(Old).Write(s_a, new(), WalkPosition.Start, ProfileFields.None);
        var asking = new V1.StreamDepartmentMembersRequest { Cursor = cursor };
        Assert.NotNull(Codec(Old, New).Read(s_a, asking, out _));
        Assert.NotNull(Codec(New, Old).Read(s_a, asking, out _));
        Assert.Null(Codec(New).Read(s_a, asking, out var problem));
        Assert.Equal(CursorProblem.Forged, problem);
    }

    [Fact]
    public void Digests_TwoKeys_AreMadeWithTheFirstAndEndWithBoth()
    {
        Assert.True(Contact.TryParseEmail("a@corp.test", out var contact, out _));
        ContactDigests old = new(new(s_secrets, [Old])), both = new(new(s_secrets, [New, Old]));
        Assert.Equal([both.Of(s_a, contact), old.Of(s_a, contact)], both.AllOf(s_a, contact));
        Assert.NotEqual(both.Of(s_a, contact), both.Of(s_b, contact));
    }

    [Fact]
    public void Keys_None_AreOfTheSecrets()
    {
        var keys = new AppKeys(s_secrets, []);
        Assert.Single(keys.AllFor(s_a.App, "x"));
        Assert.NotEqual(keys.For(s_a.App, "x"), keys.For(s_b.App, "x"));
        Assert.NotEqual(keys.For(s_a.App, "x"), keys.For(s_a.App, "y"));
    }

    [Fact]
    public async Task Settings_ShortOrRepeatedKeys_AreMistakesThatDoNotShowThem()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync("Keys:0=tooshort", $"Keys:1={Old}", $"Keys:2={Old}"));
        Assert.Equal(2, mistakes.Failures.Count());
        Assert.All(mistakes.Failures, m => Assert.True(m.StartsWith("Keys", StringComparison.Ordinal) && !m.Contains("tooshort", StringComparison.Ordinal)));
    }

    private static CursorCodec Codec(params string[] keys) => new(new(s_secrets, keys), new(), new ManualTimeProvider());
}
