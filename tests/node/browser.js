// A browser without scripts: keeps cookies, follows redirects, fills in the forms of our sign-in.
export class Browser {
  cookies = new Map();

  // Follows an address until a page comes, or an address that begins with `until`.
  async go(address, until, form) {
    let url = address;
    for (let step = 0; step < 20; step += 1) {
      if (until && url.startsWith(until)) return { url };
      const answer = await fetch(url, {
        redirect: 'manual',
        method: form ? 'POST' : 'GET',
        headers: {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        body: form && new URLSearchParams(form).toString(),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [name, ...value] = line.split(';')[0].split('=');
        this.cookies.set(name, value.join('='));
      }
      form = undefined;
      if (!answer.headers.get('location')) return { url, status: answer.status, html: await answer.text() };
      url = new URL(answer.headers.get('location'), url).href;
    }
    throw new Error('too many redirects');
  }

  // Signs in as a person and allows what is asked; the address that it ends at.
  async allow(address, person, until, patient) {
    let page = await this.go(address, until);
    while (page.html) {
      const fields = [...page.html.matchAll(/name="(token|sak|omfang-\d+)" value="([^"]*)"/g)];
      if (!fields.some(([, name]) => name === 'sak')) return page;
      const form = Object.fromEntries(fields.map(([, name, value]) => [name, value]));
      if (page.html.includes(`value="${person}"`)) form.som = person;
      else Object.assign(form, { svar: 'ja', ...(patient && { pasient: patient }) });
      page = await this.go(new URL('/oauth/godkjenn', page.url).href, until, form);
    }
    return page;
  }
}
