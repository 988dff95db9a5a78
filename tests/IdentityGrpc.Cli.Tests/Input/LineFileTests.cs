using System.Text;
using IdentityGrpc.Cli.Input;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Tests.Input;

public class LineFileTests
{
    [Fact]
    public async Task Read_ContactColumn_TakesItAndLeavesTheOthers() =>
        Assert.Equal(["2:ada@ex.test", "3:+4179"], await ReadAsync("name,Contact \nAda,ada@ex.test\nBob,+4179\n"));

    [Fact]
    public async Task Read_EmailAndMobileColumns_EmailIsTakenWhereThereIsOne()
    {
        var contacts = await ReadKeysAsync("email,mobile\nada@ex.test,+4179\n,+4178\n  ,+4177\n");
        Assert.Equal(["ada@ex.test", "", ""], contacts.Select(contact => contact.Email));
        Assert.Equal(["", "+4178", "+4177"], contacts.Select(contact => contact.Mobile));
    }

    [Fact]
    public async Task Read_KindColumn_Wins()
    {
        var contacts = await ReadKeysAsync("contact,kind\nada,EMAIL\na@b, mobile \na@b,\n13800000000\n");
        Assert.Equal(
            [Contact.ContactOneofCase.Email, Contact.ContactOneofCase.Mobile, Contact.ContactOneofCase.Email, Contact.ContactOneofCase.Mobile],
            contacts.Select(contact => contact.ContactCase));
    }

    [Theory]
    [InlineData("ada@ex.test\n+4179")]
    [InlineData("ada@ex.test\r\n+4179\r\n")]
    [InlineData("\"ada@ex.test\"\n\"+4179\"\n")]
    public async Task Read_NoHeader_EveryLineIsAKey(string file) => Assert.Equal(["1:ada@ex.test", "2:+4179"], await ReadAsync(file));

    [Fact]
    public async Task Read_EmptyLines_AreKeysToo() =>
        Assert.Equal(["2:", "3:a@b", "4:", "5:  ", "6:"], await ReadAsync("contact\n\na@b\n\n  \n\n"));

    [Fact]
    public async Task Read_EmptyLinesWithoutHeader_AreKeysToo() => Assert.Equal(["1:", "2:a@b", "3:"], await ReadAsync("\na@b\n\n"));

    [Theory]
    [InlineData("")]
    [InlineData("contact\n")]
    public async Task Read_NothingInIt_NoKeys(string file) => Assert.Empty(await ReadAsync(file));

    [Theory]
    [InlineData("name;contact\nAda;a@b\n")]
    [InlineData("name\tcontact\nAda\ta@b\n")]
    public async Task Read_OtherSeparators_AreFound(string file) => Assert.Equal(["2:a@b"], await ReadAsync(file));

    [Fact]
    public async Task Read_LineBreakInAnotherColumn_LineNumbersStayThoseOfTheFile() =>
        Assert.Equal(["2:a@b", "4:c@d"], await ReadAsync("contact,address\na@b,\"1 Road\nTown\"\nc@d,\n"));

    [Fact]
    public async Task Read_SeparatorInALineWithoutHeader_WholeLineIsTheKey() => Assert.Equal(["1:a@b", "2:x, y"], await ReadAsync("a@b\nx, y\n"));

    [Fact]
    public async Task Read_QuoteInsideAKey_StaysInIt() => Assert.Equal(["2:a\"b@c"], await ReadAsync("contact\na\"b@c\n"));

    [Fact]
    public async Task Read_ByteOrderMarks_AreNoPartOfTheHeader()
    {
        Assert.Equal(["2:a@b"], await ReadAsync([.. Encoding.UTF8.Preamble, .. "contact\na@b\n"u8]));
        Assert.Equal(["2:李@b"], await ReadAsync([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("contact\n李@b\n")]));
    }

    [Theory]
    [InlineData("first,second\na,b\n", "keys.csv:1: several columns, and none is named: contact (and kind), or email, mobile")]
    [InlineData("contact,kind\na@b,\nc,fax\n", "keys.csv:3: the kind is neither email nor mobile nor empty")]
    [InlineData("contact,note\na@b,\nc@d,\"never closed\ne@f,\n", "keys.csv:3: a quote is never closed")]
    [InlineData("contact\n\"a@b\nc@d\"\n", "keys.csv:2: a key holds a line break; is a quote not closed?")]
    public async Task Read_UnusableFile_SaysWhereAndWhat(string file, string message)
    {
        var wrong = await Assert.ThrowsAsync<IdctlException>(() => ReadAsync(file));
        Assert.Equal(message, wrong.Message);
        Assert.Equal(ExitCode.Usage, wrong.Code);
    }

    [Fact]
    public async Task Read_QuoteThatSwallowsALargeFile_IsRefusedBeforeItIsInMemory()
    {
        string file = "contact\n\"a@b\n" + string.Concat(Enumerable.Repeat("c@d\n", 100_000));
        var wrong = await Assert.ThrowsAsync<IdctlException>(() => ReadAsync(file));
        Assert.Equal("keys.csv:2: longer than 65,536 bytes; is a quote not closed?", wrong.Message);
    }

    [Fact]
    public async Task Read_AnotherEncoding_IsRefused()
    {
        var wrong = await Assert.ThrowsAsync<IdctlException>(() => ReadAsync([.. "contact\n"u8, 0xC0, 0xEE, (byte)'\n']));
        Assert.StartsWith("keys.csv:1: not UTF-8", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Ids_ByTheirColumnOrOneALine()
    {
        Assert.Equal(["2:ou_1"], await ReadAsync("name,id\nAda,ou_1\n"u8.ToArray(), new IdKind()));
        Assert.Equal(["1:ou_1", "2:"], await ReadAsync("ou_1\n\n"u8.ToArray(), new IdKind()));
    }

    private static Task<List<string>> ReadAsync(string file) => ReadAsync(Encoding.UTF8.GetBytes(file));

    private static Task<List<string>> ReadAsync(byte[] file) => ReadAsync(file, new ContactKind());

    private static async Task<List<string>> ReadAsync<TKey>(byte[] file, IKeyKind<TKey> kind) =>
        await Lines(file, kind).Select(line => $"{line.Number}:{line.Text}").ToListAsync(TestContext.Current.CancellationToken);

    private static async Task<List<Contact>> ReadKeysAsync(string file) =>
        await Lines(Encoding.UTF8.GetBytes(file), new ContactKind()).Select(line => line.Key).ToListAsync(TestContext.Current.CancellationToken);

    private static IAsyncEnumerable<InputLine<TKey>> Lines<TKey>(byte[] file, IKeyKind<TKey> kind) =>
        new LineFile<TKey>("keys.csv", kind).ReadAsync(new MemoryStream(file), TestContext.Current.CancellationToken);
}
