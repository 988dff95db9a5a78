using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace IdentityGrpc.Core.Identifiers;

/// <summary>The kinds of contact that the platform looks people up by.</summary>
public enum ContactKind
{
    /// <summary>The e-mail that a person signs in with; an enterprise e-mail never resolves (R26).</summary>
    Email,

    /// <summary>A mobile number.</summary>
    Mobile,
}

/// <summary>
/// A contact in the one form that it is compared, cached and sent in: an e-mail in lower case of ASCII (U11), a mobile
/// in E.164 form. Contacts are unique within a tenant, and mean nothing outside a lookup's app and tenant.
/// </summary>
public readonly record struct Contact
{
    /// <summary>The greatest length of an e-mail (RFC 5321: a path of 256 octets with its brackets).</summary>
    public const int MaxEmailLength = 254;

    private const int MaxLocalPartLength = 64, MinMobileDigits = 7, MaxMobileDigits = 15, MainlandDigits = 11;
    private static readonly SearchValues<char> s_separators = SearchValues.Create(" -\u00a0().");

    private Contact(ContactKind kind, string value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>The kind.</summary>
    public ContactKind Kind { get; }

    /// <summary>The normalised e-mail or mobile.</summary>
    public string Value { get; }

    /// <summary>Reads an e-mail: trimmed, the letters of ASCII in lower case.</summary>
    /// <param name="text">What the caller or the platform sent.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="problem">What is wrong and what is allowed; never contains the text.</param>
    public static bool TryParseEmail(string text, out Contact contact, [NotNullWhen(false)] out string? problem)
    {
        var value = text.AsSpan().Trim();
        int at = value.LastIndexOf('@');
        problem = value.Length switch
        {
            0 => "The e-mail is empty.",
            > MaxEmailLength => $"The e-mail is longer than {MaxEmailLength} characters.",
            _ when at <= 0 || at == value.Length - 1 || value[..at].Contains('@') => "The e-mail is not of the form name@domain.",
            _ when at > MaxLocalPartLength => $"The e-mail has more than {MaxLocalPartLength} characters before the @.",
            _ when HoldsBlankOrControl(value) => "The e-mail holds a blank or a control character.",
            _ => null,
        };
        contact = problem is null ? new(ContactKind.Email, LowerAscii(value, text)) : default;
        return problem is null;
    }

    /// <summary>Reads a mobile: spaces, hyphens, dots and brackets out; E.164, or 11 digits of mainland China (design §4).</summary>
    /// <param name="text">What the caller or the platform sent.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="problem">What is wrong and what is allowed; never contains the text.</param>
    public static bool TryParseMobile(string text, out Contact contact, [NotNullWhen(false)] out string? problem)
    {
        contact = default;
        Span<char> digits = stackalloc char[MaxMobileDigits + 1];
        int count = 0;
        bool international = false;
        foreach (char c in text.AsSpan().Trim())
        {
            if (c == '+' && count == 0 && !international) international = true;
            else if (char.IsAsciiDigit(c) && count <= MaxMobileDigits) digits[count++] = c;
            else if (char.IsAsciiDigit(c)) break;
            else if (!s_separators.Contains(c))
            {
                problem = "The mobile holds something other than digits, a leading +, spaces and hyphens.";
                return false;
            }
        }
        bool mainland = !international && count == MainlandDigits && digits[0] == '1';
        problem = (count, international) switch
        {
            (0, _) => "The mobile is empty.",
            (_, true) when digits[0] == '0' => "A country code does not begin with 0.",
            (< MinMobileDigits or > MaxMobileDigits, true) => $"A mobile has {MinMobileDigits} to {MaxMobileDigits} digits, its country code included.",
            (_, false) when !mainland => "A mobile without + and country code must be one of mainland China: 11 digits beginning with 1.",
            _ => null,
        };
        if (problem is not null) return false;
        contact = new(ContactKind.Mobile, string.Concat(mainland ? "+86" : "+", digits[..count]));
        return true;
    }

    /// <summary>The kind alone: a contact is personal and stays out of logs.</summary>
    public override string ToString() => Kind.ToString();

    // Beyond ASCII there are signs whose lower case is a letter of ASCII: an e-mail with the Kelvin sign is not the one with k.
    private static string LowerAscii(ReadOnlySpan<char> value, string text) => value.Length == text.Length && !value.ContainsAnyInRange('A', 'Z')
        ? text
        : string.Create(value.Length, value, (target, source) =>
        {
            for (int i = 0; i < target.Length; i++) target[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        });

    private static bool HoldsBlankOrControl(ReadOnlySpan<char> value)
    {
        foreach (char c in value)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return true;
        }
        return false;
    }
}
