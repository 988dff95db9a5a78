using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Identifiers;

public class ContactTests
{
    [Theory]
    [InlineData("ada@ex.test", "ada@ex.test")]
    [InlineData("  Ada.L@EX.Test\t", "ada.l@ex.test")]
    [InlineData("李雷@例子.公司", "李雷@例子.公司")]
    public void TryParseEmail_WellFormed_IsTrimmedAndLowerCase_U11(string text, string expected)
    {
        Assert.True(Contact.TryParseEmail(text, out var contact, out _));
        Assert.Equal((ContactKind.Email, expected), (contact.Kind, contact.Value));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("ada", "name@domain")]
    [InlineData("@ex.test", "name@domain")]
    [InlineData("ada@", "name@domain")]
    [InlineData("a@b@c", "name@domain")]
    [InlineData("a b@ex.test", "blank")]
    [InlineData("a\u0000@ex.test", "blank")]
    public void TryParseEmail_Malformed_SaysWhatIsAllowedAndNeverTheText(string text, string problem)
    {
        Assert.False(Contact.TryParseEmail(text, out _, out string? said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
        if (text.Trim().Length > 3) Assert.DoesNotContain(text, said, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParseEmail_LookAlikeBeyondAscii_StaysAnotherEmail_U11()
    {
        // U+212A, the Kelvin sign, has the lower case k; U+0130 an i.
        Assert.True(Contact.TryParseEmail("\u212Aim@ex.test", out var kelvin, out _));
        Assert.True(Contact.TryParseEmail("k\u0130m@ex.test", out var dotted, out _));
        Assert.Equal(["\u212Aim@ex.test", "k\u0130m@ex.test"], [kelvin.Value, dotted.Value]);
    }

    [Fact]
    public void TryParseEmail_300Characters_IsTooLong() =>
        Assert.False(Contact.TryParseEmail(new string('a', 290) + "@ex.test", out _, out _));

    [Theory]
    [InlineData("+41446681800", "+41446681800")]
    [InlineData(" +41 44-668 18 00 ", "+41446681800")]
    [InlineData("+86 130-1111-1111", "+8613011111111")]
    [InlineData("13011111111", "+8613011111111")]
    [InlineData("130 1111 1111", "+8613011111111")]
    [InlineData("+1 (555) 010-0000", "+15550100000")]
    public void TryParseMobile_WellFormed_IsE164(string text, string expected)
    {
        Assert.True(Contact.TryParseMobile(text, out var contact, out _));
        Assert.Equal((ContactKind.Mobile, expected), (contact.Kind, contact.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("446681800")]        // neither + nor mainland
    [InlineData("8613011111111")]    // without its +
    [InlineData("23011111111")]      // 11 digits, not a mainland mobile
    [InlineData("+0123456789")]
    [InlineData("+123456")]
    [InlineData("+1234567890123456")]
    [InlineData("12345678901234567890123456789012345678901234567890")]
    [InlineData("+4144668x800")]
    [InlineData("1+3011111111")]
    [InlineData("１３０１１１１１１１１")]
    public void TryParseMobile_AnythingElse_IsInvalid(string text)
    {
        Assert.False(Contact.TryParseMobile(text, out _, out string? problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void ToString_NeverShowsTheContact()
    {
        Assert.True(Contact.TryParseEmail("ada@ex.test", out var contact, out _));
        Assert.Equal("Email", contact.ToString());
    }
}
