// As the Postal Service writes them; each name, without spaces, before its code.
const states =
  'alabama,al,alaska,ak,arizona,az,arkansas,ar,california,ca,colorado,co,connecticut,ct,delaware,de,districtofcolumbia,dc,' +
  'florida,fl,georgia,ga,hawaii,hi,idaho,id,illinois,il,indiana,in,iowa,ia,kansas,ks,kentucky,ky,louisiana,la,maine,me,' +
  'maryland,md,massachusetts,ma,michigan,mi,minnesota,mn,mississippi,ms,missouri,mo,montana,mt,nebraska,ne,nevada,nv,' +
  'newhampshire,nh,newjersey,nj,newmexico,nm,newyork,ny,northcarolina,nc,northdakota,nd,ohio,oh,oklahoma,ok,oregon,or,' +
  'pennsylvania,pa,rhodeisland,ri,southcarolina,sc,southdakota,sd,tennessee,tn,texas,tx,utah,ut,vermont,vt,virginia,va,' +
  'washington,wa,westvirginia,wv,wisconsin,wi,wyoming,wy,puertorico,pr,guam,gu';

/**
 * The code that Meta matches a state of the US by: `ca` of `california`.
 *
 * @param country - where it is, if that is known; another country's states keep their names.
 */
export function usStateOf(name: string, country: string | undefined): string | undefined {
  if (country && !/^(us|usa|united states.*)$/i.test(country)) return undefined;
  const words = states.split(',');
  const at = words.indexOf(name);
  return at >= 0 && at % 2 === 0 ? words[at + 1] : undefined;
}
